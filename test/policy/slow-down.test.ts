import { describe, expect, it } from 'vitest';
import type { Look } from '../../src/model/look.ts';
import type { PressureFacts } from '../../src/model/pressure-facts.ts';
import { postponed, slowUntil } from '../../src/policy/slow-down.ts';
import { aLook, anEvent } from '../support/facts.ts';
import { MINUTE_MS } from '../support/pairs.ts';
import { LOOKED_AT, minutesAgo, somePressure, usageOf } from '../support/pressure.ts';

function stormOf(minutes: number, region = 'eu-west-1'): Pick<PressureFacts, 'throttled'> {
  return { throttled: [{ limit: { of: 'kms', region }, minutes: [{ at: minutesAgo(minutes), looks: 1 }] }] };
}

function hiddenStorm(minutes: number): Pick<PressureFacts, 'throttled'> {
  const hidden = [{ at: minutesAgo(minutes), throttles: 1 }];
  return { throttled: [{ limit: { of: 'kms', region: 'eu-west-1' }, minutes: [], hidden }] };
}

const prefix = { of: 's3', region: 'eu-west-1', bucket: 'photos', prefix: '' } as const;

describe('slowUntil', () => {
  it.each<[string, Partial<PressureFacts>, boolean]>([
    ['is never where nothing is known', {}, false],
    ['is soon over after a throttle of KMS', stormOf(4), true],
    ['is so where the SDK has hidden it', hiddenStorm(4), true],
    ['is over when that was long ago', stormOf(6), false],
    ['is over when what was hidden was long ago', hiddenStorm(6), false],
    ['is not for another Region', stormOf(1, 'us-east-1'), false],
    ['is not for S3', { throttled: [{ limit: prefix, minutes: [{ at: minutesAgo(1), looks: 9 }] }] }, false],
    ['is while headroom is low', { usage: usageOf(0.6, 0.1) }, true],
    ['is over when it was low', { usage: usageOf(0.6, 0.1, 0.1, 0.1, 0.1, 0.1) }, false],
    ['is not where usage cannot be read', { usage: { state: 'unreadable', reason: 'access-denied' } }, false],
    ['is not where nothing was published', { usage: usageOf() }, false],
  ])('%s', (_title, facts, slow) => {
    expect(slowUntil(somePressure(facts))).toEqual(slow ? new Date(LOOKED_AT.getTime() + 3 * MINUTE_MS) : undefined);
  });
});

const SLOW = new Date(LOOKED_AT.getTime() + MINUTE_MS);
const waiting: Look = aLook({
  reach: 'content',
  purpose: 'first',
  spendsKms: true,
  event: anEvent({ eventAt: minutesAgo(1) }),
});

describe('postponed', () => {
  it.each<[string, Look, Date | undefined, boolean]>([
    ['puts off a reading that spends KMS requests', waiting, SLOW, true],
    ['puts nothing off where there is room', waiting, undefined, false],
    ['puts nothing off when that is over', waiting, LOOKED_AT, false],
    ['puts no HEAD off', { ...waiting, reach: 'recorded' }, SLOW, false],
    ['puts no confirmation off', { ...waiting, purpose: 'confirm' }, SLOW, false],
    ['puts nothing off that asks no key', aLook({ event: waiting.event }), SLOW, false],
    ['lets nothing wait longer than an hour', { ...waiting, event: anEvent({ eventAt: minutesAgo(60) }) }, SLOW, false],
  ])('%s', (_title, look, slow, expected) => {
    expect(postponed(look, slow, LOOKED_AT) !== undefined).toBe(expected);
  });

  it('spreads what it puts off over ten minutes', () => {
    const delays = Array.from({ length: 200 }, (_, index) => {
      const object = { ...waiting.event.object, key: `k${index}` };
      const later = postponed({ ...waiting, event: { ...waiting.event, object } }, SLOW, LOOKED_AT);
      return (later?.dueAt?.getTime() ?? 0) - LOOKED_AT.getTime();
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(Math.max(...delays)).toBeLessThanOrEqual(10 * MINUTE_MS);
    expect(new Set(delays.map((delay) => Math.floor(delay / MINUTE_MS))).size).toBe(9);
  });

  it('waits no further than to the hour', () => {
    const later = postponed({ ...waiting, event: anEvent({ eventAt: minutesAgo(59.9) }) }, SLOW, LOOKED_AT);
    expect(later?.dueAt).toEqual(new Date(minutesAgo(59.9).getTime() + 60 * MINUTE_MS));
  });
});
