import type { CapacityReport, KmsCapacity } from '../model/capacity.ts';
import { loadsOf, worstLoad } from '../model/kms-load.ts';
import { valueOf } from '../model/observation.ts';
import type { KmsUsage, PressureFacts, ThrottledLooks, UsedKey } from '../model/pressure-facts.ts';
import type { Readiness } from '../model/routing.ts';

/** How long ago a throttle says that a Region is throttled, in milliseconds. */
const LATELY_MS = 5 * 60_000;

/** What KMS takes now, in minutes: CloudWatch tells them late. */
const NOW_MINUTES = 10;

const PEAK_MINUTES = 60;

/** What a Region says of itself, from what the watch of its limits has learnt. What was not learnt is left out. */
export function toCapacityReport({ region, lookedAt, usage, keys, throttled }: PressureFacts): CapacityReport {
  const known = valueOf(usage);
  const usable = keys && areUsable(keys, region);
  return {
    region,
    asOf: lookedAt,
    ...(known === undefined
      ? {}
      : {
          kms: {
            quotaPerSecond: known.quotaPerSecond,
            usedPerSecond: fullest(known, lookedAt, NOW_MINUTES),
            peakPerSecond: fullest(known, lookedAt, PEAK_MINUTES),
          },
        }),
    ...(usable === undefined ? {} : { keysUsable: usable }),
    ...(throttled === undefined ? {} : { throttled: throttled.some((looks) => isThrottled(looks, region, lookedAt)) }),
  };
}

/** Of keys that the buckets of the Region use; `undefined`: of one nobody knows. */
function areUsable(keys: readonly UsedKey[], region: string): boolean | undefined {
  const own = keys.filter(({ bucket }) => bucket.region === region).map(({ key }) => key);
  return own.some(({ state }) => state === 'unreadable')
    ? undefined
    : own.every((key) => valueOf(key)?.state === 'Enabled');
}

function isThrottled({ limit, minutes, hidden = [] }: ThrottledLooks, region: string, now: Date): boolean {
  if (limit.region !== region) return false;
  const since = now.getTime() - LATELY_MS;
  const counted = [
    ...minutes.map(({ at, looks }) => ({ at, count: looks })),
    ...hidden.map(({ at, throttles }) => ({ at, count: throttles })),
  ];
  return counted.some(({ at, count }) => count > 0 && at.getTime() >= since);
}

/** Requests per second in the fullest minute; where CloudWatch has none, nobody asked KMS for anything. */
function fullest(usage: KmsUsage, until: Date, minutes: number): number {
  const worst = worstLoad(loadsOf(usage, { until, minutes }));
  return (worst?.load ?? 0) * Math.max(1, usage.quotaPerSecond);
}

/**
 * Whether a Region could take the traffic of any of the others, by what all have said last. What the busiest of them brings along is
 * its peak, however long ago it said so: it may be gone.
 */
export function readinessOf(region: string, reports: readonly CapacityReport[]): Readiness | undefined {
  const own = reports.find((report) => report.region === region);
  if (own === undefined) return undefined;
  const others = reports.filter((report) => report.region !== region);
  const kmsLoad = own.kms && loadWith(own.kms, others);
  const { asOf, keysUsable, throttled } = own;
  return {
    region,
    asOf,
    ...(kmsLoad === undefined ? {} : { kmsLoad }),
    ...(keysUsable === undefined ? {} : { keysUsable }),
    ...(throttled === undefined ? {} : { throttled }),
  };
}

/** `undefined`: one of the others has not said how much it brings. */
function loadWith(own: KmsCapacity, others: readonly CapacityReport[]): number | undefined {
  const peaks = others.flatMap(({ kms }) => (kms === undefined ? [] : [kms.peakPerSecond]));
  if (peaks.length < others.length) return undefined;
  return (own.usedPerSecond + Math.max(0, ...peaks)) / Math.max(1, own.quotaPerSecond);
}
