import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import type { FaultPlan } from '../../src/sandbox/faults.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const HOME = 'orders-use1';
const AWAY = 'orders-euw1';
const REGIONS = { [HOME]: 'us-east-1', [AWAY]: 'eu-west-1' } as const;
type Bucket = keyof typeof REGIONS;

const CONFIG = `
version: 1
pairs:
  orders:
    source: { bucket: ${HOME}, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: ${AWAY}, region: eu-west-1, account: '111122223333' }]
    twoWay: true
  forth:
    source: { bucket: ${HOME}, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: elsewhere, region: eu-west-1, account: '111122223333' }]
`;

let cloud: Cloud;
let clients: SdkClients;
let cwd: string;

beforeEach(async () => {
  cloud = await createCloud();
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await writeFile(join(cwd, 'holdfast.yml'), CONFIG);
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  clients = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  for (const name of [HOME, AWAY] as const) {
    const region = REGIONS[name];
    const CreateBucketConfiguration = region === 'us-east-1' ? undefined : ({ LocationConstraint: region } as const);
    await s3(name).send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3(name).send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  clients.destroy();
  await cloud.close();
  await rm(cwd, { recursive: true });
});

function s3(bucket: Bucket): S3Client {
  return clients.s3(REGIONS[bucket]);
}

async function replicate(from: Bucket, to: Bucket, change: Partial<ReplicationRule> = {}): Promise<void> {
  const rule: ReplicationRule = {
    ID: `to-${to}`,
    Priority: 1,
    Status: 'Enabled',
    Filter: {},
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: { Bucket: `arn:aws:s3:::${to}` },
    ...change,
  };
  const ReplicationConfiguration = { Role: 'arn:aws:iam::111122223333:role/crr', Rules: [rule] };
  await s3(from).send(new PutBucketReplicationCommand({ Bucket: from, ReplicationConfiguration }));
}

async function bothWays(): Promise<void> {
  await replicate(HOME, AWAY);
  await replicate(AWAY, HOME);
}

async function put(Bucket: Bucket, Key: string, Body = `content of ${Key}`): Promise<string> {
  const { VersionId = '' } = await s3(Bucket).send(new PutObjectCommand({ Bucket, Key, Body }));
  return VersionId;
}

function plant(plan: FaultPlan): void {
  cloud.faults.plant(plan);
}

async function wait(...args: readonly string[]): Promise<Ended> {
  const env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: cloud.url };
  return holdfast(['wait', 'orders', '--interval', '1s', '--timeout', '20s', ...args], { env, cwd });
}

interface Line {
  readonly kind: string;
  readonly state?: string;
  readonly reason?: string;
  readonly object?: { readonly bucket: string; readonly key: string };
}

function versionsIn(ended: Ended): readonly string[] {
  const lines = linesOf(ended) as readonly Line[];
  return lines.flatMap(({ kind, state, object }) =>
    kind === 'version' ? [`${state} ${object?.bucket} ${object?.key}`] : [],
  );
}

describe('holdfast wait', () => {
  it('proves what both sides of a two-way pair have written, whatever the keys', async () => {
    await bothWays();
    for (const key of ['a b', '+', '%2B', 'é', '～', '😀', 'p/q']) await put(HOME, key);
    for (const key of ['😀', '%', 'own']) await put(AWAY, key);
    await put(HOME, 'p/q', 'newer');
    await s3(HOME).send(new DeleteObjectCommand({ Bucket: HOME, Key: 'a b' }));
    await cloud.idle(); // what has come from the other side counts too
    const ended = await wait('--json');
    expect(ended.code).toBe(0);
    const proved = { versions: 12, by: { etag: 11, presence: 1 } };
    expect(linesOf(ended)).toMatchObject([
      { kind: 'link', link: `orders/${HOME}/${AWAY}`, complete: true, proved, waiting: { versions: 0 } },
      { kind: 'link', link: `orders/${AWAY}/${HOME}`, complete: true, proved },
      { kind: 'summary', pair: 'orders', openUploads: [], basis: 'listed and recorded' },
    ]);
  });

  it('waits for a replica that is late', async () => {
    await bothWays();
    plant({ kind: 'delay-replication', key: 'late/😀', delayMs: 1_500 });
    await put(HOME, 'late/😀');
    await put(HOME, 'other');
    const { code, stdout } = await wait();
    expect([code, stdout]).toEqual([0, expect.stringContaining('orders: everything is there')]);
    expect(stdout).toMatch(/^ {2}proved +2 +\d+ B {2}(?:1 by ETag, 1 by ETag|2 by ETag)$/m);
  });

  it('leaves out what was written after the time, and looks only under the prefix', async () => {
    await bothWays();
    await put(HOME, 'p/early');
    await cloud.idle();
    const before = new Date(Math.ceil(cloud.clock.now() / 1_000) * 1_000);
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(before.getTime() + 1_000), { timeout: 5_000 });
    plant({ kind: 'delay-replication', delayMs: 60_000 });
    await put(HOME, 'p/later');
    await put(HOME, 'q/other');
    const ended = await wait('--prefix', 'p/', '--before', before.toISOString(), '--json');
    expect(ended.code).toBe(0);
    expect(linesOf(ended)[0]).toMatchObject({ listed: 1, proved: { versions: 1 } });
  });

  it('ends at once with the repair command where S3 has given up', async () => {
    await bothWays();
    plant({ kind: 'fail-replication', key: 'bad', reason: 'DstKmsKeyInvalidState' });
    plant({ kind: 'delay-replication', key: 'slow', delayMs: 60_000 });
    await put(HOME, 'bad');
    await put(HOME, 'slow');
    await vi.waitFor(() => expect(cloud.s3.pending().replicas).toBe(1));
    const { code, stdout } = await wait();
    expect(code).toBe(1);
    expect(stdout).toContain('1 × S3 has given it up (FAILED)');
    expect(stdout).toMatch(new RegExp(`^ {4}s3://${HOME}/bad\\?versionId=`, 'm'));
    expect(stdout).toContain('\n  holdfast repair orders --failed\n');
  });

  it('goes on behind a failed one with --keep-going', async () => {
    await bothWays();
    plant({ kind: 'fail-replication', key: 'bad' });
    plant({ kind: 'delay-replication', key: 'slow', delayMs: 1_500 });
    await put(HOME, 'bad');
    await put(HOME, 'slow');
    const ended = await wait('--keep-going', '--json');
    expect(ended.code).toBe(1);
    expect(versionsIn(ended)).toEqual([`failed ${HOME} bad`]);
    expect(linesOf(ended)).toContainEqual(
      expect.objectContaining({ kind: 'link', failed: expect.objectContaining({ versions: 1 }) }),
    );
  });

  it('accuses S3 of a silent loss only after a second look', async () => {
    await bothWays();
    plant({ kind: 'lose-replica', key: 'lost' });
    await put(HOME, 'lost');
    await cloud.idle();
    const startedAt = Date.now();
    const { code, stdout } = await wait();
    expect(code).toBe(1);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(stdout).toContain('1 × S3 says COMPLETED, and it is not there');
    expect(stdout).toContain('\n  holdfast repair orders --missing\n');
  });

  it('names open uploads and does not wait for them', async () => {
    await bothWays();
    await s3(HOME).send(new CreateMultipartUploadCommand({ Bucket: HOME, Key: 'open ～' }));
    await put(HOME, 'done');
    const { code, stdout } = await wait();
    expect(code).toBe(0);
    expect(stdout).toContain(`\n  s3://${HOME}/open ～, begun `);
  });

  it('gives up in time and says what is left', async () => {
    await bothWays();
    plant({ kind: 'delay-replication', delayMs: 60_000 });
    for (let index = 0; index < 25; index += 1) await put(HOME, `k${String(index).padStart(2, '0')}`, '0123456789');
    const ended = await holdfast(['wait', 'orders', '--interval', '1s', '--timeout', '2s'], {
      env: { AWS_ENDPOINT_URL: cloud.url },
      cwd,
    });
    expect(ended.code).toBe(2);
    expect(ended.stdout).toMatch(/^ {2}not yet there +25 +250 B {2}25 × PENDING$/m);
    expect(ended.stdout.match(/^ {4}s3:/gm)).toHaveLength(20);
    expect(ended.stdout).toContain('\n    and 5 more\n');
    expect(ended.stdout).toContain('orders: time-out with 25 left');
  });

  it('names what no rule selects, and does not call proved what S3 never tried', async () => {
    await put(HOME, 'in/older-than-the-rule');
    await replicate(HOME, AWAY, { Filter: { Prefix: 'in/' }, DeleteMarkerReplication: { Status: 'Disabled' } });
    await replicate(AWAY, HOME);
    await put(HOME, 'in/new');
    await put(HOME, 'out');
    await s3(HOME).send(new DeleteObjectCommand({ Bucket: HOME, Key: 'in/new' }));
    const ended = await wait();
    expect(ended.code).toBe(2);
    expect(ended.stdout).toContain('1 × S3 never tried: older than the rule, or archived');
    expect(ended.stdout).toMatch(/not eligible +2 .*1 × no enabled rule selects the key/);
    expect(ended.stdout).toContain('1 × delete markers, which are not replicated');
    expect(ended.stdout).toContain('\n  holdfast repair orders --existing\n');
    expect(await wait('--prefix', 'out')).toMatchObject({ code: 0 });
  });

  it('does not take a marker of lifecycle for one that is late', async () => {
    await bothWays();
    await put(HOME, 'logs/a');
    await put(HOME, 'data/a');
    await cloud.idle();
    const Rules = [{ ID: 'x', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 1 } }] as const;
    const LifecycleConfiguration = { Rules: [...Rules] };
    await s3(HOME).send(new PutBucketLifecycleConfigurationCommand({ Bucket: HOME, LifecycleConfiguration }));
    plant({ kind: 'delay-replication', delayMs: 60_000 });
    await s3(HOME).send(new DeleteObjectCommand({ Bucket: HOME, Key: 'logs/a' }));
    const { code, stdout } = await wait();
    expect([code, stdout]).toEqual([2, expect.stringContaining('delete marker that lifecycle may have made')]);
    expect(await wait('--no-delete-markers')).toMatchObject({ code: 0 });
  });

  it('takes a prefix that nothing has for no proof', async () => {
    await bothWays();
    await put(HOME, 'a');
    expect(await wait('--prefix', 'b')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('there is no such version'),
    });
  });

  it('refuses a pair that nobody knows, one without a rule, and a time to come', async () => {
    const refused = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await holdfast(['wait', ...args], { env: { AWS_ENDPOINT_URL: cloud.url }, cwd });
      expect([code, stdout]).toEqual([2, '']);
      return stderr;
    };
    expect(await refused('order')).toContain('there is no pair order; there are orders, forth');
    expect(await refused('orders')).toContain(
      `no enabled rule replicates ${HOME} to ${AWAY}: ask holdfast doctor orders`,
    );
    expect(await refused('orders', '--before', '2999-01-01T00:00:00Z')).toContain('expected a time that has passed');
    expect(await refused('orders', '--before', '2026-01-01')).toContain('expected a time with its zone');
    expect(await refused('orders', '--timeout', '1 hour')).toContain('expected a duration such as');
    expect(await refused('orders', '--config', 'none.yml')).toContain('none.yml');
  });
});
