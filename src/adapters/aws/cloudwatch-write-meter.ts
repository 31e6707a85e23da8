import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { WriteMeasurement } from '../../model/measurements.ts';
import type { WriteMeter } from '../../ports.ts';
import type { WatchClients } from './watch-clients.ts';
import { type MetricPoint, type MetricQuestion, type MetricWindow, readMetrics } from './metric-data.ts';
import { translateError } from './translate-error.ts';

const DAY_MS = 24 * 3_600_000;
const DAY_S = 24 * 3_600;
const HOUR_S = 3_600;

/** Storage metrics are daily and come up to two days late. */
const GROWTH_DAYS = 9;

/**
 * The rate of writes: counted requests where the bucket has request metrics, otherwise the growth of the number of objects,
 * which S3 publishes for every bucket.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 */
export function createCloudWatchWriteMeter(clients: Pick<WatchClients, 'cloudwatch'>): WriteMeter {
  return {
    async read({ bucket, region }, { until, signal }) {
      try {
        const client = await clients.cloudwatch(region);
        const days = (count: number): MetricWindow => ({
          from: new Date(until.getTime() - count * DAY_MS),
          until,
          signal,
        });
        return (await readRequests(client, bucket, days(1))) ?? (await readGrowth(client, bucket, days(GROWTH_DAYS)));
      } catch (error) {
        throw translateError(error, 'WriteMeter.read');
      }
    },
  };
}

async function readRequests(
  client: CloudWatchClient,
  bucket: string,
  window: MetricWindow,
): Promise<WriteMeasurement | undefined> {
  const filter = await findWholeBucketFilter(client, bucket, window);
  if (filter === undefined) return undefined;
  const ask = (name: string): MetricQuestion => ({
    namespace: 'AWS/S3',
    name,
    dimensions: { BucketName: bucket, FilterId: filter },
    statistic: 'Sum',
    periodSeconds: HOUR_S,
  });
  const [puts = [], uploaded = []] = await readMetrics(client, [ask('PutRequests'), ask('BytesUploaded')], window);
  const requests = sum(puts);
  if (puts.length === 0 || requests === 0) return undefined;
  const bytes = sum(uploaded);
  return {
    versionsPerSecond: requests / (puts.length * HOUR_S),
    ...(bytes === 0 ? {} : { sizeBytes: Math.round(bytes / requests) }),
    basis: 'request-metrics',
  };
}

/** Request metrics have a name that somebody chose; the console's is `EntireBucket`. */
async function findWholeBucketFilter(
  client: CloudWatchClient,
  bucket: string,
  { signal }: MetricWindow,
): Promise<string | undefined> {
  const { ListMetricsCommand } = await import('@aws-sdk/client-cloudwatch');
  const command = new ListMetricsCommand({
    Namespace: 'AWS/S3',
    MetricName: 'PutRequests',
    Dimensions: [{ Name: 'BucketName', Value: bucket }, { Name: 'FilterId' }],
  });
  const { Metrics = [] } = await client.send(command, { abortSignal: signal });
  const filters = Metrics.flatMap(
    ({ Dimensions = [] }) => Dimensions.find(({ Name }) => Name === 'FilterId')?.Value ?? [],
  );
  return filters.find((name) => name === 'EntireBucket') ?? (filters.length === 1 ? filters[0] : undefined);
}

async function readGrowth(
  client: CloudWatchClient,
  bucket: string,
  window: MetricWindow,
): Promise<WriteMeasurement | undefined> {
  const ask = (name: string, StorageType: string): MetricQuestion => ({
    namespace: 'AWS/S3',
    name,
    dimensions: { BucketName: bucket, StorageType },
    statistic: 'Average',
    periodSeconds: DAY_S,
  });
  const questions = [ask('NumberOfObjects', 'AllStorageTypes'), ask('BucketSizeBytes', 'StandardStorage')];
  const [objects = [], bytes = []] = await readMetrics(client, questions, window);
  const [first, last] = [objects.at(0), objects.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const grown = Math.max(0, last.value - first.value);
  const size = bytes.at(-1)?.value ?? 0;
  return {
    versionsPerSecond: grown / ((last.at.getTime() - first.at.getTime()) / 1_000),
    ...(size === 0 || last.value === 0 ? {} : { sizeBytes: Math.round(size / last.value) }),
    basis: 'object-count',
  };
}

function sum(points: readonly MetricPoint[]): number {
  return points.reduce((total, { value }) => total + value, 0);
}
