import type { KmsUsage } from './pressure-facts.ts';

/** Share of the quota that was used in one minute: 1 is all of it. */
export interface KmsLoad {
  readonly at: Date;
  readonly load: number;
}

/** Share from which headroom is low: a minute is an average, and bursts within it are throttled long before it is full. */
export const LOW_HEADROOM = 0.6;

/** Fewer minutes show no direction. */
const LEAST_MINUTES = 5;

/** Below this a doubling within minutes is an ordinary day. */
const LEAST_LOAD = 0.3;

/** The minutes that began in the time before `until`. */
export function loadsOf(
  { quotaPerSecond, minutes }: KmsUsage,
  { until, minutes: count }: { readonly until: Date; readonly minutes: number },
): readonly KmsLoad[] {
  const from = until.getTime() - count * 60_000;
  return minutes
    .filter(({ at }) => at.getTime() >= from && at <= until)
    .map(({ at, requests }) => ({ at, load: requests / 60 / Math.max(1, quotaPerSecond) }));
}

/** The fullest minute. */
export function worstLoad(loads: readonly KmsLoad[]): KmsLoad | undefined {
  return loads.toSorted((a, b) => b.load - a.load)[0];
}

/**
 * Where a straight line through the minutes leads; `undefined` where there is no ramp to speak of. Minutes may be missing, so time
 * is taken from each.
 */
export function forecastLoad(loads: readonly KmsLoad[], at: Date): number | undefined {
  const last = loads.at(-1);
  if (last === undefined || loads.length < LEAST_MINUTES || last.load < LEAST_LOAD) return undefined;
  const toHours = (time: Date): number => (time.getTime() - last.at.getTime()) / 3_600_000;
  const meanTime = mean(loads.map((each) => toHours(each.at)));
  const meanLoad = mean(loads.map(({ load }) => load));
  const spread = mean(loads.map((each) => (toHours(each.at) - meanTime) ** 2));
  if (spread === 0) return undefined; // all of one minute
  const together = mean(loads.map((each) => (each.load - meanLoad) * (toHours(each.at) - meanTime)));
  return meanLoad + (together / spread) * (toHours(at) - meanTime);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
