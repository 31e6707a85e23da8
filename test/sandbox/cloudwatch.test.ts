import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type GetMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { parseEmf } from '../../src/sandbox/cloudwatch/emf.ts';
import { createMetricStore } from '../../src/sandbox/cloudwatch/metric-store.ts';
import { assume } from './assumed-role.ts';

const Namespace = 'Orders';
/** A whole hour, so that periods begin with it. */
const HOUR = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000);
const at = (minutes: number) => new Date(HOUR.getTime() + minutes * 60_000);

let cloud: Cloud;
let client: CloudWatchClient;

const config = (region = 'eu-west-1') => ({
  region,
  endpoint: cloud.url,
  credentials: cloud.credentials,
  maxAttempts: 1,
});

const query = (MetricName: string, change: object = {}): GetMetricDataCommandInput => ({
  StartTime: HOUR,
  EndTime: at(60),
  MetricDataQueries: [
    { Id: 'm1', MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat: 'Sum', ...change } },
  ],
});

beforeAll(async () => {
  cloud = await createCloud();
  client = new CloudWatchClient(config());
});
afterAll(() => cloud.close());

describe('metric data', () => {
  it.each([
    ['Sum', 60, [3, 20]],
    ['Average', 60, [1.5, 20]],
    ['Minimum', 60, [1, 20]],
    ['Maximum', 60, [2, 20]],
    ['SampleCount', 60, [2, 1]],
    ['Sum', 300, [23]],
  ])('come as %s over %i s', async (Stat, Period, values) => {
    const MetricName = `put ${Stat} ${Period}`;
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          { MetricName, Value: 1, Timestamp: at(0) },
          { MetricName, Value: 2, Timestamp: new Date(at(0).getTime() + 59_999) },
          { MetricName, Value: 20, Timestamp: at(2) },
        ],
      }),
    );
    const input = { ...query(MetricName, { Stat, Period }), ScanBy: 'TimestampAscending' as const };
    const { MetricDataResults } = await client.send(new GetMetricDataCommand(input));
    expect(MetricDataResults).toMatchObject([{ Id: 'm1', Label: MetricName, StatusCode: 'Complete', Values: values }]);
    expect(MetricDataResults?.[0]?.Timestamps?.[0]).toEqual(at(0));
  });

  it('come with the newest first unless asked otherwise', async () => {
    const MetricData = [1, 2, 3].map((value) => ({ MetricName: 'order', Value: value, Timestamp: at(value) }));
    await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
    const { MetricDataResults } = await client.send(new GetMetricDataCommand(query('order')));
    expect(MetricDataResults?.[0]?.Values).toEqual([3, 2, 1]);
  });

  it('may be values with counts, or a summary', async () => {
    const MetricName = 'summed';
    const StatisticValues = { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 4 };
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [
          { MetricName, Values: [5, 7], Counts: [2, 1], Timestamp: at(1) },
          { MetricName, StatisticValues, Timestamp: at(1) },
        ],
      }),
    );
    const read = new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      StartTime: HOUR,
      EndTime: at(60),
      Period: 3600,
      Statistics: ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'],
    });
    const { Datapoints } = await client.send(read);
    expect(Datapoints).toMatchObject([
      { SampleCount: 7, Sum: 27, Minimum: 1, Maximum: 7, Average: 27 / 7, Timestamp: at(0) },
    ]);
  });

  it('that are large arrive compressed', async () => {
    const MetricData = Array.from({ length: 500 }, (_, index) => ({
      MetricName: 'large',
      Value: 1,
      Timestamp: at(1),
      Dimensions: [{ Name: 'Shard', Value: `${index} of many shards` }],
    }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Large', MetricData }));
    const first = await client.send(new ListMetricsCommand({ Namespace: 'Large' }));
    expect(first.Metrics).toHaveLength(500);
  });

  it('belong to a Region and to exactly their dimensions', async () => {
    const Dimensions = [{ Name: 'Bucket', Value: 'orders' }];
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: [{ MetricName: 'own', Value: 1, Timestamp: at(1), Dimensions }],
      }),
    );
    const values = async (region: string, Metric: object) => {
      const input = query('own', { Metric: { Namespace, MetricName: 'own', ...Metric } });
      const { MetricDataResults } = await new CloudWatchClient(config(region)).send(new GetMetricDataCommand(input));
      return MetricDataResults?.[0]?.Values;
    };
    expect(await values('eu-west-1', { Dimensions })).toEqual([1]);
    expect(await values('eu-west-1', {})).toEqual([]);
    expect(await values('us-east-1', { Dimensions })).toEqual([]);
  });

  it('are listed by any of their names, in pages', async () => {
    const MetricData = Array.from({ length: 501 }, (_, index) => ({
      MetricName: 'listed',
      Value: 1,
      Dimensions: [{ Name: 'Number', Value: String(index) }],
    }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Listed', MetricData }));
    const first = await client.send(new ListMetricsCommand({ Namespace: 'Listed', Dimensions: [{ Name: 'Number' }] }));
    expect(first.Metrics).toHaveLength(500);
    const rest = await client.send(new ListMetricsCommand({ Namespace: 'Listed', NextToken: first.NextToken }));
    expect([rest.Metrics?.length, rest.NextToken]).toEqual([1, undefined]);
    const one = await client.send(
      new ListMetricsCommand({ Namespace: 'Listed', Dimensions: [{ Name: 'Number', Value: '7' }] }),
    );
    expect(one.Metrics).toHaveLength(1);
  });

  it.each([
    ['a percentile', () => new GetMetricDataCommand(query('m', { Stat: 'p99' })), 'p99'],
    ['half a minute', () => new GetMetricDataCommand(query('m', { Period: 30 })), '30 s'],
    [
      'an expression',
      () => new GetMetricDataCommand({ ...query('m'), MetricDataQueries: [{ Id: 'e', Expression: 'm1/2' }] }),
      'Expression',
    ],
  ])('with %s are refused by name', async (_, command, named) => {
    await expect(client.send(command())).rejects.toThrow(named);
  });

  it('cannot be put under a name of AWS, and there are no alarms', async () => {
    const MetricData = [{ MetricName: 'x', Value: 1 }];
    await expect(client.send(new PutMetricDataCommand({ Namespace: 'AWS/S3', MetricData }))).rejects.toThrow('AWS/');
    await expect(client.send(new DescribeAlarmsCommand())).rejects.toThrow('DescribeAlarms');
  });

  it('may be put and read by whom a policy allows', async () => {
    const statement = (Action: string, Condition: object = {}) => ({
      Effect: 'Allow',
      Action,
      Resource: '*',
      ...Condition,
    });
    const credentials = await assume(cloud, {
      name: 'writer',
      statements: [
        statement('cloudwatch:PutMetricData', {
          Condition: { StringEquals: { 'cloudwatch:namespace': 'Allowed' } },
        }),
      ],
    });
    const writer = new CloudWatchClient({ ...config(), credentials });
    const put = (namespace: string) =>
      writer.send(new PutMetricDataCommand({ Namespace: namespace, MetricData: [{ MetricName: 'x', Value: 1 }] }));
    await expect(put('Allowed')).resolves.toBeDefined();
    await expect(put(Namespace)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(writer.send(new GetMetricDataCommand(query('x')))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('the log of a function', () => {
  const line = (change: object = {}) =>
    JSON.stringify({
      _aws: {
        Timestamp: at(1).getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'Holdfast',
            Dimensions: [['service']],
            Metrics: [{ Name: 'Lag', Unit: 'Seconds' }, { Name: 'Looks' }],
          },
        ],
      },
      service: 'holdfast-dev',
      Lag: [1, 2],
      Looks: 7,
      ...change,
    });
  const lag = { namespace: 'Holdfast', name: 'Lag', dimensions: { service: 'holdfast-dev' }, unit: 'Seconds' };

  it('becomes metrics of its Region', async () => {
    const at0 = new Date(cloud.clock.now()).toISOString();
    cloud.logs.append({ at: at0, region: 'us-east-1', functionName: 'look', stream: 'stdout', text: line() });
    const Metric = {
      Namespace: 'Holdfast',
      MetricName: 'Lag',
      Dimensions: [{ Name: 'service', Value: 'holdfast-dev' }],
    };
    const reader = new CloudWatchClient(config('us-east-1'));
    const { MetricDataResults } = await reader.send(new GetMetricDataCommand(query('', { Metric })));
    expect(MetricDataResults?.[0]?.Values).toEqual([3]);
  });

  it.each([
    [
      'a line in the embedded format',
      line(),
      [
        { ...lag, value: 1 },
        { ...lag, value: 2 },
        { name: 'Looks', value: 7 },
      ],
    ],
    ['a metric without a value', line({ Lag: undefined }), [{ name: 'Looks' }]],
    ['a line without a time', line({ _aws: { CloudWatchMetrics: [] } }), []],
    ['another JSON', '{"CloudWatchMetrics":"no"}', []],
    ['half a line', line().slice(0, 60), []],
    ['a plain line', 'CloudWatchMetrics', []],
  ])('holds metrics in %s', (_, text, metrics) => {
    const found = parseEmf(text, 'eu-west-1');
    expect(found).toHaveLength(metrics.length);
    expect(found).toMatchObject(metrics);
  });
});

describe('the store of metrics', () => {
  it('forgets what is older than three days', () => {
    let now = 0;
    const store = createMetricStore({ now: () => now });
    const metric = { region: 'r', namespace: 'n', name: 'm', dimensions: {} };
    for (let minute = 0; minute < 5000; minute += 1) {
      now = minute * 60_000;
      store.put({ ...metric, at: now, value: 1 });
    }
    const kept = store.minutes(metric, 0, Infinity);
    expect([kept.length, kept.at(-1)?.startMs]).toEqual([3 * 24 * 60 + 1, now]);
  });

  it('forgets the oldest of too many series', () => {
    const store = createMetricStore({ now: () => 0 });
    for (let index = 0; index <= 5000; index += 1)
      store.put({ region: 'r', namespace: 'n', name: `m${index}`, dimensions: {}, at: 0, value: 1 });
    const names = store.list('r').map(({ name }) => name);
    expect([names.length, names[0]]).toEqual([5000, 'm1']);
  });
});
