import { describe, expect, it } from 'vitest';
import { type Aging, mayHaveExpired, mayHaveMoved, mayHaveRemovedMarker } from '../../src/model/lifecycle.ts';
import { aLifecycleRule } from '../support/replicas.ts';

const VERSION: Aging = { key: 'logs/a', sizeBytes: 100, createdAt: new Date('2026-11-01T10:00:00Z') };
const at = (time: string): Date => new Date(time);
const LATER = at('2027-11-01T00:00:00Z');

describe('a lifecycle rule', () => {
  it.each([
    [
      'acts at the midnight after its days',
      aLifecycleRule({ expiration: { days: 1 } }),
      at('2026-11-03T00:00:00Z'),
      true,
    ],
    [
      'does not act before that midnight',
      aLifecycleRule({ expiration: { days: 1 } }),
      at('2026-11-02T23:59:59Z'),
      false,
    ],
    [
      'acts at its date',
      aLifecycleRule({ expiration: { at: at('2026-12-01T00:00:00Z') } }),
      at('2026-12-01T00:00:00Z'),
      true,
    ],
    [
      'does not act before its date',
      aLifecycleRule({ expiration: { at: at('2026-12-01T00:00:00Z') } }),
      at('2026-11-30T23:59:59Z'),
      false,
    ],
    ['that says neither never acts', aLifecycleRule({ expiration: {} }), LATER, false],
    [
      'removes versions that are not current',
      aLifecycleRule({ noncurrentExpiration: { days: 0 } }),
      at('2026-11-02T00:00:00Z'),
      true,
    ],
    ['that is disabled never acts', aLifecycleRule({ enabled: false, expiration: { days: 1 } }), LATER, false],
    ['for another prefix never acts', aLifecycleRule({ prefix: 'img/', expiration: { days: 1 } }), LATER, false],
    ['for larger objects never acts', aLifecycleRule({ largerThanBytes: 100, expiration: { days: 1 } }), LATER, false],
    [
      'for smaller objects never acts',
      aLifecycleRule({ smallerThanBytes: 100, expiration: { days: 1 } }),
      LATER,
      false,
    ],
    [
      'for objects of this size acts',
      aLifecycleRule({ largerThanBytes: 99, smallerThanBytes: 101, expiration: { days: 1 } }),
      LATER,
      true,
    ],
    [
      'without expiry removes nothing',
      aLifecycleRule({ transitions: [{ days: 1, storageClass: 'GLACIER' }] }),
      LATER,
      false,
    ],
    [
      'for tags that nobody asked for may act',
      aLifecycleRule({ tags: { a: '1' }, expiration: { days: 1 } }),
      LATER,
      true,
    ],
  ])('%s', (_title, rule, now, expected) => {
    expect(mayHaveExpired([rule], VERSION, now)).toBe(expected ? rule : undefined);
  });

  it.each([
    ['without versions is deleted', undefined, true],
    ['under the version ID null is deleted', 'null', true],
    ['of its own is only hidden behind a delete marker', 'v1', false],
  ])('that expires what has a version ID: a version %s', (_title, versionId, expected) => {
    const rule = aLifecycleRule({ expiration: { days: 1 } });
    const version = { ...VERSION, ...(versionId === undefined ? {} : { versionId }) };
    expect(mayHaveExpired([rule], version, LATER)).toBe(expected ? rule : undefined);
  });

  it('that deletes what is not current reaches every version', () => {
    const rule = aLifecycleRule({ noncurrentExpiration: { days: 1 } });
    expect(mayHaveExpired([rule], { ...VERSION, versionId: 'v1' }, LATER)).toBe(rule);
  });

  it('for other tags never acts', () => {
    const rule = aLifecycleRule({ tags: { a: '1' }, expiration: { days: 1 } });
    expect(mayHaveExpired([rule], { ...VERSION, tags: { a: '2' } }, LATER)).toBeUndefined();
    expect(mayHaveExpired([rule], { ...VERSION, tags: { a: '1' } }, LATER)).toBe(rule);
  });
});

describe('a move to another storage class', () => {
  const to = (storageClass: string, now = LATER) => ({ storageClass, now });
  it.each([
    ['by age', aLifecycleRule({ transitions: [{ days: 30, storageClass: 'GLACIER' }] }), to('GLACIER'), true],
    [
      'not yet',
      aLifecycleRule({ transitions: [{ days: 30, storageClass: 'GLACIER' }] }),
      to('GLACIER', at('2026-11-02T00:00:00Z')),
      false,
    ],
    [
      'not to this class',
      aLifecycleRule({ transitions: [{ days: 30, storageClass: 'GLACIER' }] }),
      to('STANDARD_IA'),
      false,
    ],
    [
      'of what is not current',
      aLifecycleRule({ noncurrentTransitions: [{ days: 1, storageClass: 'GLACIER' }] }),
      to('GLACIER'),
      true,
    ],
    [
      'of what is not current, to another class',
      aLifecycleRule({ noncurrentTransitions: [{ days: 1, storageClass: 'GLACIER' }] }),
      to('X'),
      false,
    ],
    [
      'by another rule',
      aLifecycleRule({ prefix: 'img/', transitions: [{ days: 1, storageClass: 'GLACIER' }] }),
      to('GLACIER'),
      false,
    ],
  ])('%s', (_title, rule, move, expected) => {
    expect(mayHaveMoved([rule], VERSION, move)).toBe(expected ? rule : undefined);
  });
});

it.each([
  ['a rule for markers without versions', aLifecycleRule({ expiredDeleteMarker: true }), true],
  ['a rule that expires everything', aLifecycleRule({ expiration: { days: 1 } }), true],
  ['a rule that deletes what is not current', aLifecycleRule({ noncurrentExpiration: { days: 1 } }), true],
  ['a rule that expires much later', aLifecycleRule({ expiration: { days: 10_000 } }), false],
  ['a rule for another prefix', aLifecycleRule({ prefix: 'img/', expiredDeleteMarker: true }), false],
  ['a rule that only moves', aLifecycleRule({ transitions: [{ days: 1, storageClass: 'GLACIER' }] }), false],
])('a delete marker can be removed by %s', (_title, rule, expected) => {
  expect(mayHaveRemovedMarker([rule], VERSION, LATER)).toBe(expected);
});
