import { describe, expect, it } from 'vitest';
import { inPlaceOf, isOwed, type ListedCreation, lostEvents } from '../../src/policy/lost-events.ts';

const NOW = new Date('2026-11-20T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const BUCKET = { bucket: 'photos', region: 'eu-west-1' };
const before = (ms: number): Date => new Date(NOW.getTime() - ms);

function listed(key: string, changes: Partial<ListedCreation> = {}): ListedCreation {
  const object = { ...BUCKET, key, versionId: `v-${key}` };
  return { object, sizeBytes: 3, etag: 'abc', lastModifiedAt: before(60 * MINUTE_MS), ...changes };
}

describe('an event', () => {
  it.each([
    ['is owed of what was written half an hour ago', 30 * MINUTE_MS, true],
    ['is not owed yet of what was written just now', 30 * MINUTE_MS - 1, false],
    ['is owed of what the ledger would remember', 25 * DAY_MS, true],
    ['is not owed of what it may have forgotten', 25 * DAY_MS + 1, false],
  ])('%s', (_, ageMs, expected) => {
    expect(isOwed({ lastModifiedAt: before(ageMs) }, { since: new Date(0), now: NOW })).toBe(expected);
  });

  it.each([
    ['is owed from the moment on at which the bucket notifies', 0, true],
    ['is not owed of what is older than that', 1, false],
  ])('%s', (_, earlierMs, expected) => {
    const since = before(60 * MINUTE_MS - earlierMs);
    expect(isOwed(listed('a'), { since, now: NOW })).toBe(expected);
  });

  it('is replaced by what the listing knows', () => {
    expect(inPlaceOf(listed('a'))).toEqual({
      kind: 'created',
      name: 'ObjectCreated:Listed',
      object: { ...BUCKET, key: 'a', versionId: 'v-a' },
      eventAt: before(60 * MINUTE_MS),
      sizeBytes: 3,
      etag: 'abc',
    });
    expect(inPlaceOf(listed('a', { etag: '' }))).not.toHaveProperty('etag');
  });
});

describe('lost events', () => {
  it('are none where nothing is lost', () => {
    expect(lostEvents(BUCKET, [])).toEqual([]);
  });

  it('are one finding for a bucket, with their number, times and some of them', () => {
    const keys = ['a', 'b "c"', 'd', 'e', 'f', 'g'];
    const lost = keys.map((key, index) => listed(key, { lastModifiedAt: before((60 + index) * MINUTE_MS) }));
    expect(lostEvents(BUCKET, lost)).toEqual([
      {
        verdict: 'violated',
        code: 'event-lost',
        subject: { kind: 'bucket', ...BUCKET },
        evidence: {
          versions: 6,
          firstAt: before(65 * MINUTE_MS).toISOString(),
          lastAt: before(60 * MINUTE_MS).toISOString(),
          examples: '["a","v-a"] ["b \\"c\\"","v-b \\"c\\""] ["d","v-d"] ["e","v-e"] ["f","v-f"]',
        },
      },
    ]);
    const [first] = lostEvents(BUCKET, [listed('a', { object: { ...BUCKET, key: 'a' } })]);
    expect(first?.evidence['examples']).toBe('["a",""]');
  });
});
