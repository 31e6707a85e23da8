import { describe, expect, it } from 'vitest';
import type { CapacityReport } from '../../src/model/capacity.ts';
import { present } from '../../src/model/observation.ts';
import type { PressureFacts, UsedKey } from '../../src/model/pressure-facts.ts';
import { readinessOf, toCapacityReport } from '../../src/policy/readiness.ts';
import { ago, AT, EAST, minutes, WEST } from '../support/routing.ts';

const facts = (members: Partial<PressureFacts> = {}): PressureFacts => ({ region: WEST, lookedAt: AT, ...members });
const usage = (...used: readonly (readonly [minutesAgo: number, requests: number])[]) =>
  present({ quotaPerSecond: 1_000, minutes: used.map(([count, requests]) => ({ at: ago(minutes(count)), requests })) });
const aKey = (state: string, region = WEST): UsedKey => ({
  ref: { id: 'k', region },
  bucket: { bucket: 'b', region },
  bucketKey: false,
  key: present({ arn: 'k', account: '1', state, manager: 'customer', policy: { state: 'absent' } }),
});
const unread: UsedKey = { ...aKey('Enabled'), key: { state: 'unreadable', reason: 'access-denied' } };
const limit = (region: string) => ({ of: 'kms', region }) as const;

describe('what a Region says of itself', () => {
  it.each([
    ['nothing is known', {}, {}],
    ['KMS may not be asked', { usage: { state: 'unreadable', reason: 'access-denied' } as const }, {}],
    [
      'the peak was half an hour ago',
      { usage: usage([40, 30_000], [5, 6_000]) },
      { kms: { quotaPerSecond: 1_000, usedPerSecond: 100, peakPerSecond: 500 } },
    ],
    ['nobody uses KMS', { usage: usage() }, { kms: { quotaPerSecond: 1_000, usedPerSecond: 0, peakPerSecond: 0 } }],
    ['no key is used', { keys: [] }, { keysUsable: true }],
    ['its keys are enabled', { keys: [aKey('Enabled'), aKey('Disabled', EAST)] }, { keysUsable: true }],
    ['a key is disabled', { keys: [aKey('Enabled'), aKey('Disabled')] }, { keysUsable: false }],
    ['of a key nobody knows', { keys: [aKey('Enabled'), unread] }, {}],
    ['nothing is throttled', { throttled: [] }, { throttled: false }],
    [
      'a look is throttled',
      { throttled: [{ limit: limit(WEST), minutes: [{ at: ago(minutes(4)), looks: 1 }] }] },
      { throttled: true },
    ],
    [
      'an attempt is throttled',
      { throttled: [{ limit: limit(WEST), minutes: [], hidden: [{ at: ago(minutes(4)), throttles: 1 }] }] },
      { throttled: true },
    ],
    [
      'a look was throttled',
      { throttled: [{ limit: limit(WEST), minutes: [{ at: ago(minutes(6)), looks: 9 }] }] },
      { throttled: false },
    ],
    [
      'a counter is empty',
      { throttled: [{ limit: limit(WEST), minutes: [{ at: AT, looks: 0 }] }] },
      { throttled: false },
    ],
    [
      'another Region is throttled',
      { throttled: [{ limit: limit(EAST), minutes: [{ at: AT, looks: 9 }] }] },
      { throttled: false },
    ],
  ])('%s', (_, members, expected) => {
    expect(toCapacityReport(facts(members))).toEqual({ region: WEST, asOf: AT, ...expected });
  });
});

describe('whether a Region could take the traffic of another', () => {
  const west: CapacityReport = {
    region: WEST,
    asOf: AT,
    kms: { quotaPerSecond: 1_000, usedPerSecond: 100, peakPerSecond: 900 },
    keysUsable: true,
    throttled: false,
  };
  const east: CapacityReport = {
    region: EAST,
    asOf: ago(minutes(600)),
    kms: { quotaPerSecond: 9_000, usedPerSecond: 1, peakPerSecond: 300 },
  };

  it('is its own use and the peak of the busiest other, by its quota', () => {
    expect(readinessOf(WEST, [east, west])).toEqual({
      region: WEST,
      asOf: AT,
      kmsLoad: 0.4,
      keysUsable: true,
      throttled: false,
    });
    const south = { ...east, region: 'sa-east-1', kms: { quotaPerSecond: 1, usedPerSecond: 1, peakPerSecond: 500 } };
    expect(readinessOf(WEST, [east, west, south])?.kmsLoad).toBe(0.6);
    expect(readinessOf(WEST, [west])?.kmsLoad).toBe(0.1);
  });

  it('is not known where one of them says nothing', () => {
    expect(readinessOf(WEST, [east])).toBeUndefined();
    expect(readinessOf(WEST, [west, { region: EAST, asOf: AT }])).not.toHaveProperty('kmsLoad');
    expect(readinessOf(EAST, [{ region: EAST, asOf: AT }, west])).toEqual({ region: EAST, asOf: AT });
  });
});
