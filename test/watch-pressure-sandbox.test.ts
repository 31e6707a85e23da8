import { CreateKeyCommand, DisableKeyCommand, KMSClient, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketEncryptionCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatchClients } from '../src/adapters/aws/watch-clients.ts';
import { createKmsKeyStore } from '../src/adapters/aws/kms-key-store.ts';
import { createKmsUsageMeter } from '../src/adapters/aws/kms-usage.ts';
import { createS3BucketStore } from '../src/adapters/aws/s3-bucket-store.ts';
import { createS3ObjectStore } from '../src/adapters/aws/s3-object-store.ts';
import { valueOf } from '../src/model/observation.ts';
import { createClock } from '../src/sandbox/clock.ts';
import { type Cloud, createCloud } from '../src/sandbox/cloud.ts';
import { type PressureWatchPorts, watchPressure } from '../src/watch-pressure.ts';
import { createFakeWorld } from './support/fake-ports.ts';
import { aBucket, aPair, MINUTE_MS, pairConfig } from './support/pairs.ts';

const region = 'ap-south-1';
const Bucket = 'orders';
const config = pairConfig([aPair({ source: aBucket(Bucket, region), destinations: [] })]);
const call = { signal: new AbortController().signal };

let now: number;
let cloud: Cloud;
let s3: S3Client;
let kms: KMSClient;
let keyArn: string;
let ports: PressureWatchPorts;
let clients: ReturnType<typeof createWatchClients>;

beforeEach(async () => {
  now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  cloud = await createCloud({ clock: createClock(() => now) });
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  const options = { region, endpoint: cloud.url, credentials: cloud.credentials };
  s3 = new S3Client({ ...options, forcePathStyle: true });
  kms = new KMSClient(options);
  keyArn = (await kms.send(new CreateKeyCommand())).KeyMetadata?.Arn ?? '';
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  await encrypt(true);
  clients = createWatchClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 2 });
  const clock = { now: () => new Date(now) };
  ports = {
    ...createFakeWorld().ports,
    region,
    clock,
    buckets: createS3BucketStore(clients, { clock, freshForMs: 0 }),
    keys: createKmsKeyStore(clients),
    usage: createKmsUsageMeter(clients, { clock }),
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

async function encrypt(BucketKeyEnabled: boolean): Promise<void> {
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled }];
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
}

async function setQuota(kmsPerSecond: number): Promise<void> {
  const body = JSON.stringify({ region, kmsPerSecond });
  expect((await fetch(`${cloud.url}/_holdfast/quotas`, { method: 'POST', body })).status).toBe(200);
}

const opened = async () => (await watchPressure(ports, config, call)).flatMap((each) => each.opened);

describe('the watch of pressure, on the sandbox', () => {
  it('is silent on a bucket with a bucket key', async () => {
    expect(await opened()).toEqual([]);
  });

  it('finds a bucket without a bucket key, and a key that was disabled', async () => {
    await encrypt(false);
    expect(await opened()).toEqual(['bucket-key-off']);
    await kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    expect(await opened()).toEqual(['kms-key-unusable']);
  });

  it('finds a key policy that names objects only', async () => {
    const Condition = { StringLike: { 'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${Bucket}/*` } };
    const Action = ['kms:GenerateDataKey', 'kms:Decrypt'];
    const readable = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy'],
      Resource: '*',
    };
    const Statement = [readable, { Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource: '*', Condition }];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await kms.send(new PutKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default', Policy }));
    const watched = await watchPressure(ports, config, call);
    const [finding] = watched.flatMap(({ findings }) => findings);
    expect(finding?.evidence['reason']).toBe('bucket-key-context');
  });

  it('measures what is used of the quota that applies, and tells of it', async () => {
    await encrypt(false);
    await setQuota(4);
    for (let second = 0; second < 50; second += 1) {
      for (const name of ['a', 'b', 'c'])
        await s3.send(new PutObjectCommand({ Bucket, Key: `${second}${name}`, Body: 'x' }));
      now += 1_000;
    }
    now += 2 * MINUTE_MS;
    const usage = valueOf(await ports.usage.kms(region, { until: new Date(now), windowMs: 20 * MINUTE_MS, ...call }));
    expect(usage).toMatchObject({ quotaPerSecond: 4, minutes: [{ requests: 150 }] });
    expect(await opened()).toEqual(['kms-headroom-low', 'bucket-key-off']);
  });

  it('asks for the default where the account has no quota of its own, once an hour', async () => {
    const quota = async () =>
      valueOf(await ports.usage.kms(region, { until: new Date(now), windowMs: MINUTE_MS, ...call }))?.quotaPerSecond;
    expect(await quota()).toBe(10_000);
    await setQuota(500);
    expect(await quota()).toBe(10_000);
    now += 61 * MINUTE_MS;
    expect(await quota()).toBe(500);
  });

  it('tells a throttle of KMS from one of S3, though a HEAD cannot', async () => {
    await encrypt(false);
    await setQuota(1);
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    const seen = await createS3ObjectStore(clients).head(
      { bucket: Bucket, region, key: 'a' },
      { ...call, checksums: true },
    );
    expect(seen).toEqual({ state: 'unreadable', reason: 'kms-throttled' });
  });
});
