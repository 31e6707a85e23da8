import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ListServicesCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createClock } from '../../src/sandbox/clock.ts';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';

const REGION = 'ap-south-1';
const Bucket = 'orders';
const KMS_SLOW_DOWN = {
  name: 'SlowDown',
  message: 'Please reduce your request rate for operations involving AWS KMS.',
  $metadata: { httpStatusCode: 503 },
};

/** Stands still, so that a test knows what happens within one second. */
let now: number;
let cloud: Cloud;
let s3: S3Client;
let keyArn: string;

const config = () => ({ region: REGION, endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });

async function setQuotas(body: object): Promise<void> {
  const response = await fetch(`${cloud.url}/_holdfast/quotas`, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

const put = (Key: string, change: object = {}) =>
  s3.send(
    new PutObjectCommand({ Bucket, Key, Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn, ...change }),
  );

/** Sum over the last hour. */
async function sumOf(Namespace: string, MetricName: string, dimensions: Readonly<Record<string, string>>) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const answer = await new CloudWatchClient(config()).send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      MetricDataQueries: [
        { Id: 'm1', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: 'Sum' } },
      ],
    }),
  );
  return answer.MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0);
}

const kmsCalls = () =>
  sumOf('AWS/Usage', 'CallCount', {
    Service: 'KMS',
    Type: 'API',
    Resource: 'CryptographicOperationsSymmetric',
    Class: 'None',
  });

beforeEach(async () => {
  now = Date.now();
  cloud = await createCloud({ clock: createClock(() => now) });
  s3 = new S3Client({ ...config(), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  keyArn = (await new KMSClient(config()).send(new CreateKeyCommand())).KeyMetadata?.Arn ?? '';
});
afterEach(() => cloud.close());

describe('the quota of KMS', () => {
  it('is spent by the objects of its Region within one second, and is whole again in the next', async () => {
    await setQuotas({ region: REGION, kmsPerSecond: 4 });
    await put('a');
    await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    await s3.send(new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['ObjectSize'] }));
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))).rejects.toMatchObject(KMS_SLOW_DOWN);
    await expect(put('b')).rejects.toMatchObject(KMS_SLOW_DOWN);
    const head = new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' });
    await expect(s3.send(head)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    now += 1000;
    await expect(put('b')).resolves.toBeDefined();
  });

  it('is not spent by who asks for no checksum, nor by objects without KMS', async () => {
    await setQuotas({ kmsPerSecond: 1 });
    await put('a');
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).resolves.toBeDefined();
    await expect(put('b', { ServerSideEncryption: 'AES256', SSEKMSKeyId: undefined })).resolves.toBeDefined();
  });

  it('of another Region is not touched', async () => {
    await setQuotas({ region: 'us-east-1', kmsPerSecond: 1 });
    await put('a');
    await expect(put('b')).resolves.toBeDefined();
  });

  it('lasts a hundred times longer with a bucket key', async () => {
    for (let index = 0; index < 101; index += 1) await put(`k${index}`, { BucketKeyEnabled: true });
    expect(await kmsCalls()).toBe(2);
  });

  it('shows as usage of the account, and as successes of the key', async () => {
    await setQuotas({ kmsPerSecond: 3 });
    await put('a');
    await put('b');
    await s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));
    await expect(put('c')).rejects.toThrow('KMS');
    expect(await kmsCalls()).toBe(3);
    expect(await sumOf('AWS/KMS', 'SuccessfulRequest', { KeyArn: keyArn, Operation: 'GenerateDataKey' })).toBe(2);
    expect(await sumOf('AWS/KMS', 'SuccessfulRequest', { KeyArn: keyArn, Operation: 'Decrypt' })).toBe(1);
  });
});

describe('the rate of S3', () => {
  const plain = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const SLOW_DOWN = { name: 'SlowDown', message: 'Please reduce your request rate.' };

  it('is limited under each prefix, for reads and writes each', async () => {
    await setQuotas({ region: REGION, s3PerSecondPerPrefix: 2 });
    await plain('in/a');
    await plain('in/b');
    await expect(plain('in/c')).rejects.toMatchObject(SLOW_DOWN);
    await expect(plain('out/c')).resolves.toBeDefined();
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'in/a' }));
    await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/' }));
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'in/a' }))).rejects.toMatchObject(SLOW_DOWN);
    now += 1000;
    await expect(plain('in/c')).resolves.toBeDefined();
  });

  it('is back at its default with a limit of 0', async () => {
    await setQuotas({ s3PerSecondPerPrefix: 1 });
    await plain('a');
    await expect(plain('b')).rejects.toMatchObject(SLOW_DOWN);
    await setQuotas({ s3PerSecondPerPrefix: 0 });
    await expect(plain('b')).resolves.toBeDefined();
  });
});

describe('Service Quotas', () => {
  const quota = { ServiceCode: 'kms', QuotaCode: 'L-6E3AF000' };
  const client = (region = REGION) => new ServiceQuotasClient({ ...config(), region });

  it.each([
    ['us-east-1', 100_000],
    ['eu-central-1', 20_000],
    ['ap-south-1', 10_000],
  ])('knows the default of %s', async (region, perSecond) => {
    const { Quota } = await client(region).send(new GetAWSDefaultServiceQuotaCommand(quota));
    expect(Quota).toMatchObject({
      Value: perSecond,
      Period: { PeriodValue: 1, PeriodUnit: 'SECOND' },
      UsageMetric: { MetricNamespace: 'AWS/Usage', MetricName: 'CallCount' },
    });
  });

  it('knows an applied value only where there is one', async () => {
    await expect(client().send(new GetServiceQuotaCommand(quota))).rejects.toMatchObject({
      name: 'NoSuchResourceException',
    });
    await setQuotas({ region: REGION, kmsPerSecond: 500 });
    const { Quota } = await client().send(new GetServiceQuotaCommand(quota));
    expect(Quota?.Value).toBe(500);
    await expect(client('us-east-1').send(new GetServiceQuotaCommand(quota))).rejects.toThrow('kms');
  });

  it('knows no other quota and no other operation', async () => {
    const other = new GetAWSDefaultServiceQuotaCommand({ ...quota, QuotaCode: 'L-00000000' });
    await expect(client().send(other)).rejects.toMatchObject({ name: 'NoSuchResourceException' });
    await expect(client().send(new ListServicesCommand())).rejects.toThrow('ListServices');
  });
});

describe('the control of quotas', () => {
  it.each([
    ['an unknown name', { kmsPerMinute: 1 }, 'kmsPerMinute is not a known name'],
    ['less than nothing', { kmsPerSecond: -1 }, 'kmsPerSecond'],
  ])('refuses %s', async (_, body, named) => {
    const response = await fetch(`${cloud.url}/_holdfast/quotas`, { method: 'POST', body: JSON.stringify(body) });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(named)]);
  });
});
