import type { PairConfig } from '../model/config.ts';
import { METRICS } from '../model/metric.ts';
import { type Prices, pricesOf } from '../model/prices.ts';

/** Seconds in a month of 730 hours. */
export const MONTH_S: number = 730 * 3_600;

/** Memory of most functions in GiB, as in serverless.yml. */
export const SMALL_GIB = 0.5;

/** Functions that are fed by queues. */
const LANE_FUNCTIONS = 4;

/** Four polled queues with five pollers each that ask every 20 seconds. */
const POLLS = (4 * 5 * MONTH_S) / 20;

/** Functions that are started by the clock, and how long a run takes. */
const WATCHERS = [
  { everyS: 60, takesS: 1 },
  { everyS: 60, takesS: 2 },
  { everyS: 900, takesS: 5 },
  { everyS: 3_600, takesS: 10 },
] as const;

/** Metrics that alarms look at, as infra/alarms.cjs has them: each is billed, those of an expression too. */
const ALARMED = { always: 15, byFunction: 3, byWatcher: 1, byLink: 1 };

/** Lag is kept by classes of size. */
const SIZE_CLASSES = 4;

/** How many metrics there are that are kept for each value of this dimension, or of none. */
function metricsBy(dimension?: string): number {
  const all = Object.values(METRICS);
  return all.filter(({ by }) => (dimension === undefined ? by.length === 0 : by.includes(dimension))).length;
}

/** Dollars a month for one stack while nothing is written. */
export function stackCost(
  prices: Prices,
): Readonly<Record<'metrics' | 'alarms' | 'dashboard' | 'polling and schedules', number>> {
  const functions = LANE_FUNCTIONS + WATCHERS.length;
  const alarmed = ALARMED.always + ALARMED.byFunction * functions + ALARMED.byWatcher * WATCHERS.length;
  const rounds = WATCHERS.map(({ everyS, takesS }) => {
    const each = prices.scheduleStart + prices.lambdaInvocation + takesS * SMALL_GIB * prices.lambdaGBSecond;
    return (MONTH_S / everyS) * each;
  });
  return {
    metrics: metricsBy() * prices.metricMonth,
    alarms: alarmed * prices.alarmMonth,
    dashboard: prices.dashboardMonth,
    'polling and schedules': rounds.reduce((sum, round) => sum + round, POLLS * prices.sqsRequest),
  };
}

/** Dollars a month for what is measured of the links of a pair: all of it in the Regions where they end. */
export function linkCost({
  source,
  destinations,
  twoWay,
}: Pick<PairConfig, 'source' | 'destinations' | 'twoWay'>): Readonly<Record<'metrics' | 'alarms', number>> {
  const ends = destinations.flatMap((destination) => [destination, ...(twoWay ? [source] : [])]);
  const pairMetrics = [...new Set(ends.map(({ region }) => region))].map(
    (region) => metricsBy('pair') * SIZE_CLASSES * pricesOf(region).metricMonth,
  );
  const linkMetrics = ends.map(({ region }) => metricsBy('link') * pricesOf(region).metricMonth);
  return {
    metrics: [...pairMetrics, ...linkMetrics].reduce((sum, usd) => sum + usd, 0),
    alarms: ends.reduce((sum, { region }) => sum + ALARMED.byLink * pricesOf(region).alarmMonth, 0),
  };
}
