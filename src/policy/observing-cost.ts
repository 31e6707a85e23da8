import { type Config, bucketRegions, observerRegions } from '../model/config.ts';
import { bucketsBehind, observedFrom } from '../model/mrap.ts';
import { type Prices, pricesOf } from '../model/prices.ts';
import { PROBE_EVERY_MS } from '../model/probe-canary.ts';
import { MONTH_S } from './stack-cost.ts';

/** Both functions run nearly all of each minute; memory in GiB as in serverless.yml. */
const FUNCTIONS = 2;
const RUNS_S = 52;
const GIB = 0.25;

/** Metrics that alarms look at: errors, duration, throttles and silence of each function. */
const ALARMED = 4;

/** Of a stack without buckets: what waits, what is not taken, what is dropped, and the function that sends alerts. */
const ALARMED_ALONE = 3 + ALARMED;

/** Read units for one access point and round: probes of the last minutes of each bucket, and some ten single items. */
const PROBES_READ = 14;
const ITEMS_READ = 10;

/** What it costs in a month to watch access points from several Regions, and to keep a stack where there is no bucket. */
export function observingCost(
  config: Pick<Config, 'pairs' | 'mraps'>,
): Readonly<Record<'S3 HEAD and GET' | 'KMS' | 'DynamoDB' | 'alarms' | 'dashboard' | 'polling and schedules', number>> {
  const total = { 'S3 HEAD and GET': 0, KMS: 0, DynamoDB: 0, alarms: 0, dashboard: 0, 'polling and schedules': 0 };
  const rounds = (MONTH_S * 1_000) / PROBE_EVERY_MS;
  for (const region of observerRegions(config)) {
    const prices = pricesOf(region);
    total['polling and schedules'] += FUNCTIONS * alwaysOn(prices);
    total.alarms += FUNCTIONS * ALARMED * prices.alarmMonth;
    if (!bucketRegions(config).includes(region)) {
      total.alarms += ALARMED_ALONE * prices.alarmMonth;
      total.dashboard += prices.dashboardMonth;
    }
    for (const mrap of observedFrom(config, region)) {
      const buckets = bucketsBehind(config, mrap);
      const withKeys = buckets.filter(({ kmsKeys }) => kmsKeys.length > 0).length;
      total['S3 HEAD and GET'] += rounds * (buckets.length + withKeys) * prices.s3Get;
      total.KMS += rounds * withKeys * prices.kmsRequest;
      const reads = buckets.length * PROBES_READ + ITEMS_READ;
      total.DynamoDB += rounds * (buckets.length * prices.dynamodbWrite + reads * prices.dynamodbRead);
    }
  }
  return total;
}

function alwaysOn({ scheduleStart, lambdaInvocation, lambdaGBSecond }: Prices): number {
  return (MONTH_S / 60) * (scheduleStart + lambdaInvocation + RUNS_S * GIB * lambdaGBSecond);
}
