import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ReplicationRule as Rule,
} from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createDynamoDbPendingList } from '../../src/adapters/aws/dynamodb-pending.ts';
import { createDynamoDbSteering } from '../../src/adapters/aws/dynamodb-steering.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { parseConfig } from '../../src/config-schema.ts';
import { HoldfastError } from '../../src/errors.ts';
import type { ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { ReplicationMeasurements } from '../../src/model/measurements.ts';
import { present } from '../../src/model/observation.ts';
import type { Checkpoint } from '../../src/model/pending.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import {
  createFakeBuckets,
  createFakePendingList,
  createFakeSteering,
  type FakeSettings,
} from '../support/fake-lists.ts';
import { createSdkClients } from '../support/sdk-clients.ts';
import { createFakeServices, type Ended, type FakeServices, holdfast, linesOf } from './fake-run.ts';

const CONFIG = `
version: 1
pairs:
  orders:
    source: { bucket: orders-use1, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: orders-euw1, region: eu-west-1, account: '111122223333' }]
    twoWay: true
  logs:
    source: { bucket: logs-use1, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: logs-euw1, region: eu-west-1, account: '111122223333' }]
`;
const FORTH = 'orders/orders-use1/orders-euw1';
const BACK = 'orders/orders-euw1/orders-use1';
const NOW = Date.UTC(2026, 10, 2);
const ago = (seconds: number): Date => new Date(NOW - seconds * 1_000);

const rule = (destinationBucket: string): ReplicationRule => ({
  id: `to-${destinationBucket}`,
  enabled: true,
  priority: 1,
  prefix: '',
  tags: {},
  deleteMarkers: true,
  kmsObjects: true,
  replicaModifications: true,
  destinationBucket,
  ownerOverride: false,
  metrics: true,
  timeControl: destinationBucket === 'orders-euw1',
});

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await writeFile(join(cwd, 'holdfast.yml'), CONFIG);
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

describe('holdfast status', () => {
  let checkpoints: Map<string, Checkpoint>;
  let measured: Map<string, ReplicationMeasurements>;
  let settings: FakeSettings;
  const pending = createFakePendingList();

  beforeEach(() => {
    checkpoints = new Map();
    measured = new Map();
    settings = new Map([
      ['orders-use1', { replication: present({ role: 'r', rules: [rule('orders-euw1')] }) }],
      ['orders-euw1', { replication: present({ role: 'r', rules: [rule('orders-use1')] }) }],
    ]);
    pending.rows.clear();
  });

  function know(link: string, change: Partial<Checkpoint> = {}): void {
    const quiet = { asOf: ago(20), completeUpTo: ago(60), pendingVersions: 0, pendingBytes: 0, bulk: false };
    checkpoints.set(link, { link, ...quiet, ...change });
  }

  async function status(args: readonly string[], change: Partial<FakeServices> = {}): Promise<Ended> {
    const config = parseConfig(CONFIG);
    const base = createFakeServices({ cloud: createFakeCloud(), listed: [], config });
    const made: FakeServices = {
      ...base,
      buckets: createFakeBuckets(settings),
      stack: (stage) => ({
        ...base.stack(stage),
        steering: createFakeSteering(checkpoints),
        meter: { read: async ({ source }) => measured.get(source.bucket) ?? {} },
        pendingIn: (region) => (region === 'eu-west-1' ? pending : createFakePendingList()),
      }),
      ...change,
    };
    return holdfast(['status', ...args], { connect: () => made, cwd });
  }

  it('says that all is settled, and in which time replicas arrive', async () => {
    know(FORTH);
    know(BACK);
    const lag = { p50Ms: 4_000, p90Ms: 9_000, p99Ms: 65_000, maxMs: 70_000, minutes: 60 };
    measured.set('orders-use1', { latency: { ...lag, p50Ms: 12_000 }, lag, failed: 0 });
    const { code, stdout } = await status(['orders']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders-use1 → orders-euw1 +settled +0 +0 B +- +12s \/ 1m 5s +4s \/ 1m 5s +0 +20s ago$/m);
    expect(stdout).toContain('rules: to-orders-euw1 (metrics, time control)\n');
    expect(stdout).toContain('rules: to-orders-use1 (metrics)\n');
  });

  it('says what would be lost, with the estimated tail', async () => {
    know(BACK);
    const writeRate = { versions: 0.5, bytes: 512 };
    know(FORTH, { pendingVersions: 1_234, pendingBytes: 2 ** 20, oldestPendingAt: ago(125), writeRate });
    const { code, stdout } = await status(['orders']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'If us-east-1 failed now: 1,234 versions of 1.00 MiB would be lost (list complete up to 2026-11-01T23:59:00.000Z),\n' +
        '  and an estimated tail of about 30 versions of 30.0 KiB, written in the 1m since then\n',
    );
    expect(stdout).toMatch(/^orders-use1 → orders-euw1 +on its way +1,234 +1.00 MiB +2m 5s /m);
  });

  it.each<[string, Partial<Checkpoint>, ReplicationMeasurements, number, string]>([
    ['overdue versions', { pendingVersions: 1, oldestPendingAt: ago(901) }, {}, 1, 'OVERDUE'],
    ['operations that S3 gave up', {}, { failed: 2 }, 1, 'FAILED'],
    ['an old checkpoint', { asOf: ago(200) }, {}, 2, 'unknown'],
    [
      'the count of S3 in its place',
      { asOf: ago(200) },
      { pending: { operations: 0, bytes: 0, asOf: ago(90) } },
      0,
      'settled',
    ],
  ])('exits by the gravest: %s', async (_, checkpoint, measurements, expected, word) => {
    know(FORTH, checkpoint);
    know(BACK);
    measured.set('orders-use1', measurements);
    const { code, stdout } = await status(['orders']);
    expect([code, stdout]).toEqual([
      expected,
      expect.stringMatching(new RegExp(`^orders-use1 → orders-euw1 +${word} `, 'm')),
    ]);
  });

  it('takes another threshold', async () => {
    know(FORTH, { pendingVersions: 1, oldestPendingAt: ago(125) });
    know(BACK);
    expect(await status(['orders', '--overdue-after', '2m'])).toMatchObject({ code: 1 });
    expect(await status(['orders', '--overdue-after', '3m'])).toMatchObject({ code: 0 });
  });

  it('never calls an old checkpoint zero', async () => {
    know(FORTH, { asOf: ago(300) });
    know(BACK);
    const { stdout } = await status(['orders']);
    expect(stdout).toMatch(/^orders-use1 → orders-euw1 +unknown +unknown +unknown +- /m);
    expect(stdout).toContain('failed now: unknown what would be lost, because the last checkpoint is 5m old\n');
  });

  it('names the oldest pending versions', async () => {
    know(FORTH, { pendingVersions: 3, oldestPendingAt: ago(300) });
    know(BACK);
    for (const [key, seconds] of [
      ['late ～', 300],
      ['later\n', 200],
      ['latest', 100],
    ] as const) {
      const object = { bucket: 'orders-use1', region: 'us-east-1', key, versionId: 'v1' };
      await pending.note(
        { link: FORTH, object, createdAt: ago(seconds), sizeBytes: 10 },
        { signal: AbortSignal.timeout(1_000) },
      );
    }
    const { stdout } = await status(['orders', '--list', '2']);
    expect(stdout).toContain(
      '  oldest pending versions:\n' +
        '         5m       10 B  s3://orders-use1/late ～?versionId=v1\n' +
        '     3m 20s       10 B  s3://orders-use1/later\\u{a}?versionId=v1\n',
    );
    expect(stdout).not.toContain('latest');
    expect(stdout).toContain('no version is in the list of pending versions');
    const lines = linesOf(await status(['orders', '--list', '1', '--json']));
    expect(lines.map((line) => (line as { kind: string }).kind)).toEqual(['link', 'pending', 'link']);
  });

  it('notes what it may not know, and goes on', async () => {
    know(FORTH, { bulk: true });
    settings.set('orders-use1', { replication: { state: 'unreadable', reason: 'access-denied' } });
    settings.delete('orders-euw1');
    const base = createFakeServices({ cloud: createFakeCloud(), listed: [] });
    const stack: FakeServices['stack'] = (stage) => ({
      ...base.stack(stage),
      steering: createFakeSteering(checkpoints),
      meter: {
        read: async () => {
          throw new HoldfastError(
            'access-denied',
            'ReplicationMeter.read',
            'ReplicationMeter.read failed: AccessDenied',
          );
        },
      },
      pendingIn: () => pending,
    });
    const { code, stdout } = await status(['orders'], { stack });
    expect(code).toBe(2);
    expect(stdout).toContain('not known: rules of orders-use1: access-denied\n');
    expect(stdout).toContain('not known: CloudWatch: ReplicationMeter.read failed: AccessDenied\n');
    expect(stdout).toContain('not known: no enabled rule: nothing goes over this link\n');
    expect(stdout).toContain('because there is no checkpoint\n');
    expect(stdout).toContain('too many are pending');
  });

  it('fails with errors that are ours alone', async () => {
    const stack: FakeServices['stack'] = () => {
      throw new TypeError('a bug');
    };
    expect(await status(['orders'], { stack })).toMatchObject({ code: 2, stderr: 'holdfast: unexpected: a bug\n' });
  });

  it('shows every pair, as NDJSON on demand', async () => {
    know(FORTH);
    know(BACK);
    const ended = await status(['--json']);
    expect(ended.code).toBe(2);
    expect(linesOf(ended)).toMatchObject([
      { link: FORTH, state: 'settled', backlog: { by: 'checkpoint', versions: 0 }, atRisk: { versions: 0 } },
      { link: BACK, state: 'settled' },
      { link: 'logs/logs-use1/logs-euw1', state: 'unknown', backlog: 'unknown', atRisk: 'unknown' },
    ]);
  });

  it('goes on until it is interrupted with --watch, and then says how it was', async () => {
    know(FORTH);
    know(BACK);
    let looks = 0;
    const abort = new AbortController();
    const wait: FakeServices['wait'] = async (ms) => {
      looks += 1;
      expect(ms).toBe(30_000);
      if (looks < 3) return;
      abort.abort();
      throw abort.signal.reason;
    };
    const made = { ...createFakeServices({ cloud: createFakeCloud(), listed: [], config: parseConfig(CONFIG) }), wait };
    made.buckets = createFakeBuckets(settings);
    const stack = made.stack('dev');
    const services = { ...made, stack: () => ({ ...stack, steering: createFakeSteering(checkpoints) }) };
    const args = ['status', 'orders', '--watch', '--interval', '30s', '--json'];
    const ended = await holdfast(args, { connect: () => services, cwd, signal: abort.signal });
    expect([ended.code, linesOf(ended)]).toEqual([0, expect.objectContaining({ length: 6 })]);
  });
});

describe('holdfast status against the sandbox', () => {
  let cloud: Cloud;
  let env: Readonly<Record<string, string>>;

  beforeEach(async () => {
    cloud = await createCloud();
    env = { AWS_ENDPOINT_URL: cloud.url, AWS_REGION: 'eu-west-1' };
    vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await cloud.close();
  });

  it('says that there is no stack, and nothing that it does not know', async () => {
    const { code, stdout, stderr } = await holdfast(['status', 'logs'], { env, cwd });
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout).toContain('not known: checkpoint: no stack of stage dev is there\n');
    expect(stdout).toMatch(/^logs-use1 → logs-euw1 +unknown +unknown /m);
  });

  it('says what S3 itself counts where there is no stack', async () => {
    const sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
    const home = sdk.s3('us-east-1');
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await home.send(new CreateBucketCommand({ Bucket: 'logs-use1' }));
    await sdk.s3('eu-west-1').send(new CreateBucketCommand({ Bucket: 'logs-euw1', CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await home.send(new PutBucketVersioningCommand({ Bucket: 'logs-use1', VersioningConfiguration }));
    await sdk.s3('eu-west-1').send(new PutBucketVersioningCommand({ Bucket: 'logs-euw1', VersioningConfiguration }));
    const Rule: Rule = {
      ID: 'all',
      Priority: 1,
      Status: 'Enabled',
      Filter: {},
      DeleteMarkerReplication: { Status: 'Disabled' },
      Destination: { Bucket: 'arn:aws:s3:::logs-euw1', Metrics: { Status: 'Enabled' } },
    };
    const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [Rule] };
    await home.send(new PutBucketReplicationCommand({ Bucket: 'logs-use1', ReplicationConfiguration }));
    cloud.faults.plant({ kind: 'delay-replication', key: 'slow', delayMs: 60_000 });
    await home.send(new PutObjectCommand({ Bucket: 'logs-use1', Key: 'slow', Body: '0123456789' }));
    const ofLink = async (): Promise<Ended> => holdfast(['status', 'logs'], { env, cwd });
    await vi.waitFor(async () => {
      expect((await ofLink()).stdout).toMatch(/^logs-use1 → logs-euw1 +on its way +1 +10 B /m);
    });
    const { code, stdout } = await ofLink();
    expect(code).toBe(0);
    expect(stdout).toContain('rules: all (metrics)\n');
    expect(stdout).toContain('the count above is that of S3, which does not say which versions\n');
    cloud.faults.plant({ kind: 'fail-replication', key: 'bad' });
    await home.send(new PutObjectCommand({ Bucket: 'logs-use1', Key: 'bad', Body: '0123456789' }));
    sdk.destroy();
    await vi.waitFor(async () =>
      expect(await ofLink()).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAILED/) }),
    );
  });

  it('reads what the stacks of a stage have left', async () => {
    const sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
    for (const TableName of ['holdfast-prod-steering', 'holdfast-prod-ledger']) {
      await sdk.dynamodb('eu-west-1').send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
    }
    sdk.destroy();
    const clients = createClients({ customEndpoint: true, endpoint: cloud.url });
    const call = { signal: AbortSignal.timeout(10_000) };
    const at = { region: 'eu-west-1', clock: systemClock };
    const link = 'logs/logs-use1/logs-euw1';
    const createdAt = new Date(Date.now() - 60_000);
    const object = { bucket: 'logs-use1', region: 'us-east-1', key: 'a b/～😀', versionId: 'v1' };
    const list = createDynamoDbPendingList(clients, { table: 'holdfast-prod-ledger', ...at });
    await vi.waitFor(async () => list.note({ link, object, createdAt, sizeBytes: 7 }, call), { timeout: 10_000 });
    const steering = createDynamoDbSteering(clients, { table: 'holdfast-prod-steering', ...at });
    const asOf = new Date();
    const checkpoint = {
      link,
      asOf,
      completeUpTo: asOf,
      pendingVersions: 1,
      pendingBytes: 7,
      oldestPendingAt: createdAt,
      bulk: false,
    };
    await vi.waitFor(async () => steering.putCheckpoint(checkpoint, call), { timeout: 10_000 });
    const ended = await holdfast(['status', 'logs', '--stage', 'prod', '--list', '5', '--json'], { env, cwd });
    expect(ended.code).toBe(0);
    expect(linesOf(ended)).toMatchObject([
      { kind: 'link', state: 'on-its-way', backlog: { versions: 1, bytes: 7 }, atRisk: { versions: 1, bytes: 7 } },
      { kind: 'pending', object, sizeBytes: 7 },
    ]);
  });
});
