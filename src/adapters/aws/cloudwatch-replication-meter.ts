import { type Link } from '../../model/link.ts';
import { toLagPercentiles } from '../../model/measurements.ts';
import { sizeClassOf } from '../../model/pending.ts';
import type { ReplicationMeter } from '../../ports.ts';
import type { WatchClients } from './watch-clients.ts';
import { type MetricPoint, type MetricQuestion, type MetricWindow, readMetrics } from './metric-data.ts';
import { translateError } from './translate-error.ts';

const SIZE_CLASSES: readonly ReturnType<typeof sizeClassOf>[] = [
  'below-1-MiB',
  'below-100-MiB',
  'below-5-GiB',
  'larger',
];

/** S3 and Holdfast measure by the minute. */
const MINUTE_S = 60;

export interface ReplicationMeterOptions {
  /** Value of the dimension `service` of Holdfast's own metrics: `holdfast-<stage>`. */
  readonly service: string;
}

/**
 * Replication metrics of S3 and of Holdfast. Backlog and latency are published in the destination's Region, failures in the
 * source's, and all only where the rule has metrics or time control enabled.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */
export function createCloudWatchReplicationMeter(
  clients: Pick<WatchClients, 'cloudwatch'>,
  { service }: ReplicationMeterOptions,
): ReplicationMeter {
  async function ask(
    region: string,
    questions: readonly MetricQuestion[],
    window: MetricWindow,
  ): ReturnType<typeof readMetrics> {
    if (questions.length === 0) return [];
    try {
      return await readMetrics(await clients.cloudwatch(region), questions, window);
    } catch (error) {
      throw translateError(error, 'ReplicationMeter.read');
    }
  }

  return {
    async read(link, { ruleIds, until, windowMs, signal }) {
      const window = { from: new Date(until.getTime() - windowMs), until, signal };
      const ofRules = (name: string, statistic: MetricQuestion['statistic']): readonly MetricQuestion[] =>
        ruleIds.map((ruleId) => ofRule(link, ruleId, { name, statistic }));
      const there = [
        ofRules('ReplicationLatency', 'Maximum'),
        ofRules('OperationsPendingReplication', 'Maximum'),
        ofRules('BytesPendingReplication', 'Maximum'),
        SIZE_CLASSES.map((sizeClass) => ofPair(link, { service, sizeClass })),
      ];
      const [arrived, failures] = await Promise.all([
        ask(link.destination.region, there.flat(), window),
        ask(link.source.region, ofRules('OperationsFailedReplication', 'Sum'), window),
      ]);
      const ends = [1, 2, 3].map((groups) => groups * ruleIds.length);
      const [latencies, operations, bytes, lags] = [0, ...ends].map((start, group) =>
        arrived.slice(start, ends[group]),
      );
      const behind = (latencies ?? [])
        .flatMap((points) => points.at(-1) ?? [])
        .toSorted((a, b) => b.value - a.value)[0];
      const latency = toLagPercentiles(worstOfMinutes(latencies ?? []).map((seconds) => seconds * 1_000));
      const lag = toLagPercentiles(worstOfMinutes(lags ?? []));
      const pending = lastOf(operations ?? [], bytes ?? []);
      const failed = failures.flat().map(({ value }) => value);
      return {
        ...(latency === undefined ? {} : { latency }),
        ...(behind === undefined ? {} : { behind: { ms: behind.value * 1_000, asOf: behind.at } }),
        ...(lag === undefined ? {} : { lag }),
        ...(pending === undefined ? {} : { pending }),
        ...(failed.length === 0 ? {} : { failed: sum(failed) }),
      };
    },
  };
}

function ofRule(
  { source, destination }: Link,
  ruleId: string,
  { name, statistic }: Pick<MetricQuestion, 'name' | 'statistic'>,
): MetricQuestion {
  const dimensions = { SourceBucket: source.bucket, DestinationBucket: destination.bucket, RuleId: ruleId };
  return { namespace: 'AWS/S3', name, dimensions, statistic, periodSeconds: MINUTE_S };
}

function ofPair({ pair }: Link, dimensions: { readonly service: string; readonly sizeClass: string }): MetricQuestion {
  const { service, sizeClass } = dimensions;
  return {
    namespace: 'Holdfast',
    name: 'ReplicationLag',
    dimensions: { service, pair, sizeClass },
    statistic: 'Maximum',
    periodSeconds: MINUTE_S,
  };
}

/** Of each minute the greatest value of any of the metrics. */
function worstOfMinutes(metrics: readonly (readonly MetricPoint[])[]): readonly number[] {
  const worst = new Map<number, number>();
  for (const { at, value } of metrics.flat()) {
    worst.set(at.getTime(), Math.max(value, worst.get(at.getTime()) ?? 0));
  }
  return [...worst.values()];
}

/** What every rule said last; the time is that of the rule that has been silent longest. */
function lastOf(
  operations: readonly (readonly MetricPoint[])[],
  bytes: readonly (readonly MetricPoint[])[],
): { readonly operations: number; readonly bytes: number; readonly asOf: Date } | undefined {
  const last = operations.flatMap((points) => points.at(-1) ?? []);
  const times = last.map(({ at }) => at.getTime());
  if (times.length === 0) return undefined;
  return {
    operations: sum(last.map(({ value }) => value)),
    bytes: sum(bytes.map((points) => points.at(-1)?.value ?? 0)),
    asOf: new Date(Math.min(...times)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
