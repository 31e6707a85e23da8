import { describe, expect, it } from 'vitest';
import { BULK_ABOVE, BULK_BELOW } from '../../src/model/pending.ts';
import { type BacklogState, isBulkNext, overdueFinding, toCheckpoint } from '../../src/policy/backlog.ts';
import { aLink } from '../support/pairs.ts';

const sample = (settled: number, missing: number, unknown = 0) => ({ sample: { settled, missing, unknown } });
const NOW = new Date('2026-11-02T00:00:00Z');
const EARLIER = new Date('2026-11-01T00:00:00Z');

describe('looks at single versions', () => {
  it.each<[string, boolean, BacklogState]>([
    ['go on while few are pending', false, { bulk: false, versions: BULK_ABOVE }],
    ['stop when many are', true, { bulk: false, versions: BULK_ABOVE + 1 }],
    ['stay stopped until few are', true, { bulk: true, versions: BULK_BELOW + 1 }],
    ['go on again when few are', false, { bulk: true, versions: BULK_BELOW }],
    ['stop when many are missing', true, { bulk: false, versions: 20_000, ...sample(10, 90) }],
    ['go on when most on the list have arrived', false, { bulk: false, versions: 20_000, ...sample(60, 40) }],
    ['go on again when all on a long list have arrived', false, { bulk: true, versions: 1_000_000, ...sample(100, 0) }],
    [
      'stay stopped while one in a hundred of a million is missing',
      true,
      {
        bulk: true,
        versions: 1_000_000,
        ...sample(99, 1),
      },
    ],
    ['stop while most cannot be looked at', true, { bulk: false, versions: 3_000, ...sample(20, 20, 60) }],
    ['go on while some cannot be looked at', false, { bulk: false, versions: 3_000, ...sample(40, 40, 20) }],
    [
      'stop when nothing was there to be looked at, and many are pending',
      true,
      {
        bulk: false,
        versions: BULK_ABOVE + 1,
        ...sample(0, 0),
      },
    ],
  ])('%s', (_, expected, state) => {
    expect(isBulkNext(state)).toBe(expected);
  });
});

describe('a checkpoint', () => {
  const LIST = { versions: 3, bytes: 30, asOf: NOW, bulk: false };

  it('is complete up to two minutes before what was heard', () => {
    expect(toCheckpoint(aLink(), { ...LIST, heardAt: NOW })).toEqual({
      link: 'photos/photos/photos-copy',
      asOf: NOW,
      lastEventAt: NOW,
      completeUpTo: new Date(NOW.getTime() - 120_000),
      pendingVersions: 3,
      pendingBytes: 30,
      bulk: false,
    });
  });

  it('names the oldest, the latest and the rate of writes where they are known', () => {
    const writeRate = { versions: 2, bytes: 20 };
    const known = { ...LIST, heardAt: EARLIER, oldestAt: EARLIER, newestAt: NOW, writeRate };
    expect(toCheckpoint(aLink(), known)).toMatchObject({ oldestPendingAt: EARLIER, lastEventAt: NOW, writeRate });
    expect(toCheckpoint(aLink(), { ...known, heardAt: NOW, newestAt: EARLIER })?.lastEventAt).toEqual(NOW);
  });

  it.each([
    ['nothing was written yet', { idleAt: NOW }, NOW, undefined],
    ['nothing was written since', { heardAt: EARLIER, idleAt: NOW }, NOW, EARLIER],
    ['it is written to again', { heardAt: NOW, idleAt: EARLIER }, NOW, NOW],
  ])('is complete up to what is known last: %s', (_, known, upTo, lastEventAt) => {
    const checkpoint = toCheckpoint(aLink(), { ...LIST, ...known });
    expect(checkpoint?.completeUpTo).toEqual(new Date(upTo.getTime() - 120_000));
    expect(checkpoint?.lastEventAt).toEqual(lastEventAt);
  });

  it.each(['sampled', 'failures-only'] as const)('is not made where versions are left out: %s', (followUp) => {
    expect(toCheckpoint(aLink({ followUp }), { ...LIST, heardAt: NOW })).toBeUndefined();
  });

  it('is not made where nothing was heard of the source: unknown is never zero', () => {
    expect(toCheckpoint(aLink(), { ...LIST, versions: 0, bytes: 0 })).toBeUndefined();
  });
});

it('is one finding for all that is overdue over a link', () => {
  expect(overdueFinding(aLink(), { versions: 7, bytes: 70, oldestAt: EARLIER, now: NOW })).toMatchObject({
    verdict: 'violated',
    code: 'replica-overdue',
    subject: { kind: 'pair', pair: 'photos', region: 'eu-west-1', source: 'photos', destination: 'photos-copy' },
    replica: { bucket: 'photos-copy', region: 'us-east-1' },
    evidence: { link: 'photos/photos/photos-copy', versions: 7, bytes: 70, ageSeconds: 86_400 },
  });
});
