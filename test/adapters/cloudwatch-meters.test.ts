import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { createCloudWatchReplicationMeter } from '../../src/adapters/aws/cloudwatch-replication-meter.ts';
import { createCloudWatchWriteMeter } from '../../src/adapters/aws/cloudwatch-write-meter.ts';
import { type MetricQuestion, readMetrics } from '../../src/adapters/aws/metric-data.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { linksOf } from '../../src/model/link.ts';

const NOW = new Date('2026-11-02T12:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const call = { signal: AbortSignal.timeout(5_000) };

interface Asked {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
      };
      readonly Stat: string;
    };
  }[];
  readonly NextToken?: string;
}

type Points = readonly (readonly [Date, number])[];

/** CloudWatch by Region: what a metric holds, by `name` and the values of its dimensions. */
function cloudwatch(held: Readonly<Record<string, Readonly<Record<string, Points>>>>, filters: readonly string[] = []) {
  const asked: string[] = [];
  const client = (region: string) => ({
    send: async ({
      constructor: { name },
      input,
    }: {
      constructor: { name: string };
      input: Asked;
    }): Promise<unknown> => {
      if (name === 'ListMetricsCommand') {
        return { Metrics: filters.map((Value) => ({ Dimensions: [{ Name: 'FilterId', Value }] })) };
      }
      return {
        MetricDataResults: input.MetricDataQueries.toReversed().map(({ Id, MetricStat: { Metric, Stat } }) => {
          const key = [Metric.MetricName, ...Metric.Dimensions.map(({ Value }) => Value)].join(' ');
          asked.push(`${region} ${Metric.Namespace} ${key} ${Stat}`);
          const points = held[region]?.[key] ?? [];
          return { Id, Timestamps: points.map(([at]) => at), Values: points.map(([, value]) => value) };
        }),
      };
    },
  });
  return { asked, cloudwatch: async (region: string) => client(region) as unknown as CloudWatchClient };
}

const [link] = linksOf(
  parseConfig(`
version: 1
pairs:
  orders:
    source: { bucket: aaa, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: bbb, region: eu-west-1, account: '111122223333' }]
`),
);

async function measure(clients: ReturnType<typeof cloudwatch>, ruleIds: readonly string[] = ['r1', 'r2']) {
  const meter = createCloudWatchReplicationMeter(clients, { service: 'holdfast-dev' });
  return meter.read(link!, { ruleIds, until: NOW, windowMs: 3_600_000, ...call });
}

describe('the meter of replication', () => {
  it('asks for the backlog at the destination and for failures at the source', async () => {
    const clients = cloudwatch({});
    expect(await measure(clients, ['r1'])).toEqual({});
    expect(clients.asked.toSorted()).toEqual(
      [
        'eu-west-1 AWS/S3 ReplicationLatency aaa bbb r1 Maximum',
        'eu-west-1 AWS/S3 OperationsPendingReplication aaa bbb r1 Maximum',
        'eu-west-1 AWS/S3 BytesPendingReplication aaa bbb r1 Maximum',
        'eu-west-1 Holdfast ReplicationLag holdfast-dev orders below-1-MiB Maximum',
        'eu-west-1 Holdfast ReplicationLag holdfast-dev orders below-100-MiB Maximum',
        'eu-west-1 Holdfast ReplicationLag holdfast-dev orders below-5-GiB Maximum',
        'eu-west-1 Holdfast ReplicationLag holdfast-dev orders larger Maximum',
        'us-east-1 AWS/S3 OperationsFailedReplication aaa bbb r1 Sum',
      ].toSorted(),
    );
  });

  it('adds the rules up, takes the worst of each minute and the last word of each rule', async () => {
    const found = await measure(
      cloudwatch({
        'eu-west-1': {
          'ReplicationLatency aaa bbb r1': [
            [minutesAgo(3), 5],
            [minutesAgo(2), 1],
          ],
          'ReplicationLatency aaa bbb r2': [
            [minutesAgo(3), 2],
            [minutesAgo(2), 8],
          ],
          'OperationsPendingReplication aaa bbb r1': [
            [minutesAgo(3), 9],
            [minutesAgo(2), 4],
          ],
          'OperationsPendingReplication aaa bbb r2': [[minutesAgo(5), 1]],
          'BytesPendingReplication aaa bbb r1': [[minutesAgo(2), 40]],
          'ReplicationLag holdfast-dev orders below-1-MiB': [[minutesAgo(9), 700]],
          'ReplicationLag holdfast-dev orders larger': [
            [minutesAgo(9), 900],
            [minutesAgo(8), 100],
          ],
        },
        'us-east-1': {
          'OperationsFailedReplication aaa bbb r1': [
            [minutesAgo(9), 2],
            [minutesAgo(8), 1],
          ],
          'OperationsFailedReplication aaa bbb r2': [[minutesAgo(9), 4]],
        },
      }),
    );
    expect(found).toEqual({
      latency: { p50Ms: 5_000, p90Ms: 8_000, p99Ms: 8_000, maxMs: 8_000, minutes: 2 },
      behind: { ms: 8_000, asOf: minutesAgo(2) },
      lag: { p50Ms: 100, p90Ms: 900, p99Ms: 900, maxMs: 900, minutes: 2 },
      pending: { operations: 5, bytes: 40, asOf: minutesAgo(5) },
      failed: 7,
    });
  });

  it('asks S3 nothing where no rule is known, and still knows our own lag', async () => {
    const clients = cloudwatch({ 'eu-west-1': { 'ReplicationLag holdfast-dev orders larger': [[minutesAgo(1), 3]] } });
    expect(await measure(clients, [])).toEqual({ lag: { p50Ms: 3, p90Ms: 3, p99Ms: 3, maxMs: 3, minutes: 1 } });
    expect(clients.asked.every((one) => one.includes('Holdfast'))).toBe(true);
  });

  it('blames CloudWatch in our own words', async () => {
    const failure = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    const clients = {
      cloudwatch: async () => {
        throw failure;
      },
    };
    const meter = createCloudWatchReplicationMeter(clients, { service: 's' });
    await expect(meter.read(link!, { ruleIds: [], until: NOW, windowMs: 1, ...call })).rejects.toMatchObject({
      kind: 'access-denied',
      operation: 'ReplicationMeter.read',
    });
    await expect(
      createCloudWatchWriteMeter(clients).read({ bucket: 'b', region: 'r' }, { until: NOW, ...call }),
    ).rejects.toMatchObject({ kind: 'access-denied', operation: 'WriteMeter.read' });
  });
});

describe('the meter of writes', () => {
  const bucket = { bucket: 'b', region: 'eu-west-1' };
  const hours: Points = [
    [minutesAgo(120), 7_200],
    [minutesAgo(60), 3_600],
  ];
  const growth = {
    'NumberOfObjects b AllStorageTypes': [
      [daysAgo(6), 1_000],
      [daysAgo(1), 433_000],
    ],
    'BucketSizeBytes b StandardStorage': [
      [daysAgo(6), 1],
      [daysAgo(1), 4_330_000],
    ],
  } satisfies Record<string, Points>;

  it.each<[string, Readonly<Record<string, Points>>, readonly string[], unknown]>([
    [
      'requests of the whole bucket',
      { 'PutRequests b EntireBucket': hours, 'BytesUploaded b EntireBucket': [[minutesAgo(60), 108_000]], ...growth },
      ['logs', 'EntireBucket'],
      { versionsPerSecond: 1.5, sizeBytes: 10, basis: 'request-metrics' },
    ],
    [
      'requests by the only filter',
      { 'PutRequests b mine': hours },
      ['mine'],
      { versionsPerSecond: 1.5, basis: 'request-metrics' },
    ],
    [
      'growth, where filters are of parts',
      growth,
      ['logs', 'data'],
      { versionsPerSecond: 1, sizeBytes: 10, basis: 'object-count' },
    ],
    ['growth, where nothing is counted', growth, [], { versionsPerSecond: 1, sizeBytes: 10, basis: 'object-count' }],
    [
      'growth, where no request was counted',
      { 'PutRequests b mine': [[minutesAgo(60), 0]], ...growth },
      ['mine'],
      { versionsPerSecond: 1, sizeBytes: 10, basis: 'object-count' },
    ],
    [
      'no growth where it shrinks',
      {
        'NumberOfObjects b AllStorageTypes': [
          [daysAgo(2), 9],
          [daysAgo(1), 5],
        ],
      },
      [],
      { versionsPerSecond: 0, basis: 'object-count' },
    ],
    ['nothing of one day', { 'NumberOfObjects b AllStorageTypes': [[daysAgo(1), 5]] }, [], undefined],
    ['nothing of nothing', {}, [], undefined],
  ])('knows %s', async (_, held, filters, expected) => {
    const meter = createCloudWatchWriteMeter(cloudwatch({ 'eu-west-1': held }, filters));
    expect(await meter.read(bucket, { until: NOW, ...call })).toEqual(expected);
  });
});

describe('metrics in one request', () => {
  it('are 500, go on from page to page and come in the order of the questions', async () => {
    const sent: Asked[] = [];
    const client = {
      send: async ({ input }: { input: Asked }): Promise<unknown> => {
        sent.push(input);
        const [first] = input.MetricDataQueries;
        const point = {
          Id: first?.Id,
          Timestamps: [minutesAgo(input.NextToken === undefined ? 2 : 1)],
          Values: [sent.length],
        };
        return { MetricDataResults: [point], ...(sent.length === 1 ? { NextToken: 'more' } : {}) };
      },
    };
    const questions = Array.from({ length: 501 }, (_, index): MetricQuestion => {
      return { namespace: 'n', name: `m${index}`, dimensions: {}, statistic: 'Sum', periodSeconds: 60 };
    });
    const answers = await readMetrics(client as unknown as CloudWatchClient, questions, {
      from: minutesAgo(9),
      until: NOW,
      ...call,
    });
    expect(sent.map(({ MetricDataQueries, NextToken }) => [MetricDataQueries.length, NextToken])).toEqual([
      [500, undefined],
      [500, 'more'],
      [1, undefined],
    ]);
    expect(answers).toHaveLength(501);
    expect(answers[0]).toEqual([
      { at: minutesAgo(2), value: 1 },
      { at: minutesAgo(1), value: 2 },
    ]);
    expect([answers[1], answers[500]]).toEqual([[], [{ at: minutesAgo(2), value: 3 }]]);
  });
});
