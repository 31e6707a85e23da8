import { describe, expect, it } from 'vitest';
import { type DrillLeg, type DrillTimes, isDrillPassed, rpoShownMs, rtoMs, stepsOf } from '../../src/model/drill.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 21) + 1_000 * seconds);

const ALL: DrillTimes = {
  happenedAt: at(0),
  detectedAt: at(31),
  decidedAt: at(32),
  acceptedAt: at(33),
  effectiveAt: at(95),
};

const LEG: DrillLeg = {
  ...ALL,
  kind: 'failover',
  what: 'everything of us-east-1 stopped',
  by: 'automatic',
  from: [],
  to: [],
  reasons: [],
  client: { reads: 0, failed: 0 },
};

describe('the times of a drill', () => {
  it.each<[string, DrillTimes, readonly (readonly [string, number])[], number | undefined]>([
    [
      'every step',
      ALL,
      [
        ['detect', 31_000],
        ['decide', 1_000],
        ['accept', 1_000],
        ['effective', 62_000],
      ],
      95_000,
    ],
    ['nothing after what did not happen', { happenedAt: at(0), acceptedAt: at(5) }, [], undefined],
    [
      'no time where the clocks disagree',
      { happenedAt: at(10), detectedAt: at(9), decidedAt: at(12) },
      [
        ['detect', 0],
        ['decide', 3_000],
      ],
      undefined,
    ],
  ])('are split: %s', (_, times, steps, rto) => {
    expect(stepsOf(times).map(({ step, ms }) => [step, ms])).toEqual(steps);
    expect(rtoMs(times)).toBe(rto);
  });

  it.each<[string, Partial<DrillLeg>, number | undefined]>([
    [
      'the oldest that is missing',
      { dataAtRisk: { versions: 3, oldestPendingAt: at(2), completeUpTo: at(20) } },
      30_000,
    ],
    [
      'the end of the list, where nothing on it is missing',
      { dataAtRisk: { versions: 0, completeUpTo: at(20) } },
      12_000,
    ],
    ['unknown is not zero', { dataAtRisk: {} }, undefined],
    ['nobody has asked', {}, undefined],
  ])('show an RPO: %s', (_, change, expected) => {
    expect(rpoShownMs({ ...LEG, ...change })).toBe(expected);
  });

  it('show no RPO where nothing was decided', () => {
    const { decidedAt: _, ...undecided } = LEG;
    expect(rpoShownMs({ ...undecided, dataAtRisk: { versions: 3, completeUpTo: at(2) } })).toBeUndefined();
  });

  it.each<[string, readonly DrillLeg[], boolean]>([
    ['there and back', [LEG, { ...LEG, kind: 'failback' }], true],
    ['only there', [LEG], false],
    ['back without proof', [LEG, { ...LEG, failure: 'no read proved it' }], false],
  ])('say whether it passed: %s', (_, legs, expected) => {
    expect(isDrillPassed({ legs })).toBe(expected);
    expect(isDrillPassed({ legs: legs.map(({ effectiveAt: _at, ...leg }) => leg) })).toBe(false);
  });
});
