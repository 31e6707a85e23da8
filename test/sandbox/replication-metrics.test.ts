import { CloudWatchClient, GetMetricStatisticsCommand, type Statistic } from '@aws-sdk/client-cloudwatch';
import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';

const SOURCE = { Bucket: 'orders-use1', region: 'us-east-1' };
const REPLICA = { Bucket: 'orders-euw1', region: 'eu-west-1' };
const MINUTE_MS = 60_000;

let cloud: Cloud;

const config = (region: string) => ({ region, endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 2 });
const s3 = (region: string) => new S3Client({ ...config(region), forcePathStyle: true });

/** One statistic of the last hour, in the Region; `undefined` where nothing was measured there. */
async function read(region: string, MetricName: string, statistic: Statistic): Promise<number | undefined> {
  const names = { SourceBucket: SOURCE.Bucket, DestinationBucket: REPLICA.Bucket, RuleId: 'all' };
  const { Datapoints } = await new CloudWatchClient(config(region)).send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/S3',
      MetricName,
      Dimensions: Object.entries(names).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(cloud.clock.now() - 60 * MINUTE_MS),
      EndTime: new Date(cloud.clock.now() + MINUTE_MS),
      Period: 86_400,
      Statistics: [statistic],
    }),
  );
  return Datapoints?.[0]?.[statistic];
}

async function put(Key: string, Body: string): Promise<void> {
  await s3(SOURCE.region).send(new PutObjectCommand({ Bucket: SOURCE.Bucket, Key, Body }));
}

beforeAll(async () => {
  cloud = await createCloud();
  for (const { Bucket, region } of [SOURCE, REPLICA]) {
    const location =
      region === 'us-east-1'
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: REPLICA.region as 'eu-west-1' } };
    await s3(region).send(new CreateBucketCommand({ Bucket, ...location }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3(region).send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  const Metrics = { Status: 'Enabled', EventThreshold: { Minutes: 15 } } as const;
  const rule = {
    ID: 'all',
    Status: 'Enabled',
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: `arn:aws:s3:::${REPLICA.Bucket}`, Metrics },
  } as const;
  const ReplicationConfiguration = { Role: `arn:aws:iam::${cloud.account}:role/copy`, Rules: [rule] };
  await s3(SOURCE.region).send(new PutBucketReplicationCommand({ Bucket: SOURCE.Bucket, ReplicationConfiguration }));
});
afterAll(() => cloud.close());

describe('the metrics of replication', () => {
  it('of what is pending are in the Region of the destination', async () => {
    cloud.faults.plant({ kind: 'delay-replication', bucket: SOURCE.Bucket, delayMs: 10 * MINUTE_MS, times: 2 });
    await put('a', 'four');
    await put('b', 'fours');
    await cloud.clock.advance(2 * MINUTE_MS);
    expect(await read(REPLICA.region, 'OperationsPendingReplication', 'Maximum')).toBe(2);
    expect(await read(REPLICA.region, 'BytesPendingReplication', 'Maximum')).toBe(9);
    expect(await read(REPLICA.region, 'ReplicationLatency', 'Maximum')).toBeCloseTo(120, -1);
    expect(await read(SOURCE.region, 'OperationsPendingReplication', 'Maximum')).toBeUndefined();
    await cloud.clock.advance(10 * MINUTE_MS);
    expect(await read(REPLICA.region, 'OperationsPendingReplication', 'Minimum')).toBe(0);
  });

  it('of what failed are in the Region of the source: how many, and of how many', async () => {
    const before = (await read(SOURCE.region, 'OperationsFailedReplication', 'SampleCount')) ?? 0;
    cloud.faults.plant({ kind: 'deny', bucket: REPLICA.Bucket, operation: 'ReplicateObject', times: 1 });
    for (const key of ['c', 'd', 'e']) await put(key, 'x');
    await cloud.clock.advance(MINUTE_MS);
    expect(await read(SOURCE.region, 'OperationsFailedReplication', 'Sum')).toBe(1);
    expect(await read(SOURCE.region, 'OperationsFailedReplication', 'SampleCount')).toBe(before + 3);
    expect(await read(REPLICA.region, 'OperationsFailedReplication', 'Sum')).toBeUndefined();
  });
});
