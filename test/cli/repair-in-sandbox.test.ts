import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients } from '../support/sdk-clients.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const SOURCE = 'orders-use1';
const REPLICA = 'orders-euw1';
const REPORTS = 'reports-use1';

let cloud: Cloud;
let clients: ReturnType<typeof createSdkClients>;
let source: S3Client;
let replicas: S3Client;
let cwd: string;
let role: string;

beforeEach(async () => {
  cloud = await createCloud();
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  clients = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  source = clients.s3('us-east-1');
  replicas = clients.s3('eu-west-1');
  role = `arn:aws:iam::${cloud.account}:role/repair`;
  for (const Bucket of [SOURCE, REPORTS]) await source.send(new CreateBucketCommand({ Bucket }));
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await replicas.send(new CreateBucketCommand({ Bucket: REPLICA, CreateBucketConfiguration }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await source.send(new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration }));
  await replicas.send(new PutBucketVersioningCommand({ Bucket: REPLICA, VersioningConfiguration }));
  const bucket = (name: string, region: string) =>
    `{ bucket: ${name}, region: ${region}, account: '${cloud.account}' }`;
  const pair = `{ source: ${bucket(SOURCE, 'us-east-1')}, destinations: [${bucket(REPLICA, 'eu-west-1')}] }`;
  await writeFile(join(cwd, 'holdfast.yml'), `version: 1\npairs: { orders: ${pair} }\n`);
});

afterEach(async () => {
  clients.destroy();
  vi.unstubAllEnvs();
  await cloud.close();
  await rm(cwd, { recursive: true });
});

async function replicate(): Promise<void> {
  const rule = {
    ID: 'all',
    Status: 'Enabled',
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: `arn:aws:s3:::${REPLICA}` },
  } as const;
  const ReplicationConfiguration = { Role: `arn:aws:iam::${cloud.account}:role/crr`, Rules: [rule] };
  await source.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
}

async function put(...keys: readonly string[]): Promise<void> {
  for (const Key of keys) await source.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key }));
}

async function settle(): Promise<void> {
  await cloud.clock.advance(2_000);
  await cloud.idle();
}

async function repair(...args: readonly string[]): Promise<Ended> {
  return holdfast(['repair', 'orders', ...args], {
    env: { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: cloud.url },
    cwd,
  });
}

const statusOf = async (Key: string) =>
  (await source.send(new HeadObjectCommand({ Bucket: SOURCE, Key }))).ReplicationStatus;

/** The ID of the job that a run says it has created. */
function jobIn({ stdout }: Ended): string {
  return /created job (\S+);/.exec(stdout)?.[1] ?? '';
}

/** Lets jobs go on while something else is waited for. */
async function whileTimePasses<T>(task: Promise<T>): Promise<T> {
  const passing = setInterval(() => void cloud.clock.advance(500), 20);
  try {
    return await task;
  } finally {
    clearInterval(passing);
  }
}

describe('holdfast repair in the sandbox', () => {
  it('counts and prices what failed, creates one job, and replicates nothing before a person confirms', async () => {
    await replicate();
    for (const key of ['2026/a b+é', '2026/c'])
      cloud.faults.plant({ kind: 'fail-replication', bucket: REPLICA, key, times: 1 });
    await put('2026/a b+é', '2026/c', 'healthy');
    await settle();

    const dry = await repair('--failed', '--prefix', '2026/');
    expect(dry).toMatchObject({ code: 1, stderr: '' });
    expect(dry.stdout).toMatch(/looked at +2\n/);
    expect(dry.stdout).toMatch(/FAILED +2 /);
    expect(dry.stdout).toContain('"ConfirmationRequired": true');
    expect(dry.stdout).toContain('costs about $0.26:');
    expect(dry.stdout).toContain('aws iam create-role --role-name holdfast-repair ');
    expect(dry.stdout).toContain('holdfast repair orders --failed --prefix 2026/ --role ');

    const asked = ['--failed', '--prefix', '2026/', '--role', role, '--report-bucket', REPORTS, '--yes'];
    const created = await repair(...asked);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const job = jobIn(created);
    await settle();
    await settle();
    expect([await statusOf('2026/c'), await statusOf('2026/a b+é')]).toEqual(['FAILED', 'FAILED']);

    const again = await repair(...asked);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain(`job ${job}: Suspended; waits for your confirmation; 2 versions`);
    expect(again.stdout).not.toContain('created job');

    const confirmed = await whileTimePasses(repair('--confirm', job));
    expect(confirmed).toMatchObject({ code: 0, stderr: '' });
    expect(confirmed.stdout).toMatch(/^orders: 2 versions, about \$0\.26/);
    await settle();
    await settle();
    await settle();
    expect([await statusOf('2026/c'), await statusOf('2026/a b+é')]).toEqual(['COMPLETED', 'COMPLETED']);

    const done = await repair('--failed', '--prefix', '2026/');
    expect(done).toMatchObject({ code: 0 });
    expect(done.stdout).toContain(`the last job ${job}: Complete; 2 of 2 replicated, 0 failed`);
    expect(done.stdout).toContain('nothing to repair');
  });

  it('finds what is missing, leaves to a person what no job brings back, and prints exact commands', async () => {
    await put('old');
    await replicate();
    await put('it is gone', 'healthy');
    await settle();
    const { VersionId } = await source.send(new HeadObjectCommand({ Bucket: SOURCE, Key: 'it is gone' }));
    await replicas.send(new DeleteObjectCommand({ Bucket: REPLICA, Key: 'it is gone', VersionId }));
    const ended = await repair('--missing', '--json', '--config', 'holdfast.yml');
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    const lines = linesOf(ended);
    expect(lines).toMatchObject([
      {
        kind: 'by-hand',
        cause: 'missing',
        object: { key: 'it is gone', versionId: VersionId },
        steps: [
          {},
          {
            command:
              `aws s3api copy-object --bucket ${SOURCE} --region us-east-1 --key 'it is gone' ` +
              `--copy-source '${SOURCE}/it%20is%20gone?versionId=${VersionId}' --checksum-algorithm CRC64NVME`,
          },
        ],
      },
      {
        kind: 'plan',
        versions: 1,
        parts: [{ looked: 3, failed: { versions: 0 }, neverAttempted: { versions: 1 }, byHand: { versions: 1 } }],
        job: {
          ConfirmationRequired: true,
          ManifestGenerator: {
            S3JobManifestGenerator: {
              Filter: { ObjectReplicationStatuses: ['FAILED', 'NONE'], EligibleForReplication: true },
            },
          },
        },
      },
    ]);

    const existing = await repair('--existing', '--role', role, '--yes');
    const job = jobIn(existing);
    await whileTimePasses(repair('--confirm', job));
    await settle();
    await settle();
    expect(await statusOf('old')).toBe('COMPLETED');
  });

  it('says why tasks of the last job failed, and makes a new one for what is left', async () => {
    await replicate();
    cloud.faults.plant({
      kind: 'fail-replication',
      bucket: REPLICA,
      key: 'k',
      reason: 'DstPutTaggingNotPermitted',
      times: 2,
    });
    await put('k');
    await settle();
    const asked = ['--failed', '--role', role, '--report-bucket', REPORTS, '--yes'];
    const first = jobIn(await repair(...asked));
    await whileTimePasses(repair('--confirm', first));
    await settle();
    await settle();
    await settle();
    const second = await repair(...asked);
    expect(second.stdout).toContain(`the last job ${first}: Complete; 0 of 1 replicated, 1 failed`);
    expect(second.stdout).toContain('1 × DstPutTaggingNotPermitted: The replication role may not write tags');
    expect(jobIn(second)).not.toBe('');
    expect(jobIn(second)).not.toBe(first);
    expect((await repair(...asked)).stdout).toContain(`already\njob ${jobIn(second)}: `);
  });

  it('refuses a job over the budget, and creates none', async () => {
    await replicate();
    cloud.faults.plant({ kind: 'fail-replication', bucket: REPLICA, key: 'k', times: 1 });
    await put('k');
    await settle();
    const refused = await repair('--failed', '--role', role, '--budget', '0.10', '--yes');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('expected a job for at most $0.10, got one for $0.26: none is created');
    expect((await repair('--failed')).stdout).not.toContain('exists already');
  });

  it('repairs exactly what a report names, and gives to a person what was found by reading', async () => {
    await replicate();
    for (const key of ['2026/x', '2026/y'])
      cloud.faults.plant({ kind: 'fail-replication', bucket: REPLICA, key, times: 1 });
    await put('2026/x', '2026/y', 'rotten', 'healthy');
    await settle();
    const version = async (Key: string) =>
      (await source.send(new HeadObjectCommand({ Bucket: SOURCE, Key }))).VersionId;
    const subject = async (key: string, bucket = SOURCE) => ({
      kind: 'object-version',
      object: { bucket, region: 'us-east-1', key, versionId: await version(key) },
    });
    const alerts = [
      { data: { code: 'replication-failed', verdict: 'violated', subject: await subject('2026/x') } },
      {
        Message: JSON.stringify({
          data: { code: 'replica-missing', verdict: 'violated', subject: await subject('healthy') },
        }),
      },
      {
        data: { code: 'content-differs-from-checksum', verdict: 'violated', subject: await subject('rotten', REPLICA) },
      },
      { data: { code: 'mass-delete', verdict: 'violated', subject: { kind: 'prefix', bucket: SOURCE } } },
      {
        data: {
          code: 'replication-failed',
          subject: { kind: 'object-version', object: { bucket: 'other', key: 'k' } },
        },
      },
      { Message: 'a message of somebody else' },
      { kind: 'summary' },
    ];
    await writeFile(join(cwd, 'alerts.ndjson'), `${alerts.map((alert) => JSON.stringify(alert)).join('\n')}\n`);
    const ended = await repair('--from', 'alerts.ndjson', '--json');
    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(linesOf(ended)).toMatchObject([
      { kind: 'by-hand', cause: 'differs', object: { bucket: SOURCE, key: 'rotten' } },
      {
        kind: 'plan',
        mode: 'from',
        versions: 1,
        parts: [{ looked: 3, failed: { versions: 1, bytes: 6 }, byHand: { versions: 1 } }],
        job: {
          ManifestGenerator: {
            S3JobManifestGenerator: {
              Filter: {
                ObjectReplicationStatuses: ['FAILED', 'NONE'],
                KeyNameConstraint: { MatchAnyPrefix: ['2026/x'] },
              },
            },
          },
        },
      },
    ]);
    // What Athena says is hours old: of these two one has arrived by now.
    const candidates = [
      ['2026/x', 'replica-missing'],
      ['healthy', 'replica-content-differs'],
    ] as const;
    const rows = candidates.map(async ([key, code]) => `"${SOURCE}","${key}","${await version(key)}","${code}"`);
    const csv = ['"bucket","key","version_id","code"', ...(await Promise.all(rows))].join('\n');
    await writeFile(join(cwd, 'candidates.csv'), csv);
    expect(linesOf(await repair('--from', 'candidates.csv', '--json'))).toMatchObject([
      { kind: 'plan', versions: 1, parts: [{ looked: 2, failed: { versions: 1 }, byHand: { versions: 0 } }] },
    ]);
    await writeFile(join(cwd, 'other.csv'), 'bucket,size\na,1');
    expect(await repair('--from', 'other.csv')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected the columns bucket, key and version_id') as string,
    });
  });

  it('finds nothing to do where everything has arrived', async () => {
    await replicate();
    await put('a', 'b');
    await settle();
    for (const mode of ['--failed', '--missing', '--existing']) {
      const ended = await repair(mode);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(ended.stdout).toContain('nothing to repair');
    }
  });

  it('does not confirm a job of somebody else', async () => {
    await replicate();
    const ended = await repair('--confirm', '00000000-0000-0000-0000-000000000000');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('expected a job of holdfast repair orders with the ID 0000');
  });

  it('says that no job could replicate anything without a rule', async () => {
    const ended = await repair('--missing');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('no enabled rule replicates orders-use1 to orders-euw1');
  });
});

describe('bad usage of holdfast repair', () => {
  it.each([
    [[], 'expected one of --failed, --missing, --existing, --from FILE and --confirm JOB, got none'],
    [['--failed', '--missing'], "option '--failed' cannot be used with option '--missing'"],
    [['--existing', '--from', 'f'], "option '--existing' cannot be used with option '--from <file>'"],
    [['--failed', '--confirm', 'job'], 'expected --confirm by itself, got --failed with it'],
    [['--failed', '--yes'], 'expected --role with the ARN of a role for the job, got none'],
    [['--failed', '--role', 'repair'], 'expected the ARN of a role, got repair'],
    [['--failed', '--budget', 'much'], 'expected dollars, such as 5 or 0.50'],
    [
      ['--failed', '--to', 'elsewhere'],
      'expected --to with a destination of the pair orders (orders-euw1), got elsewhere',
    ],
    [['--from', 'nowhere.ndjson'], 'nowhere.ndjson cannot be read'],
    [['--failed', '--since', 'yesterday'], 'expected a time with its zone'],
  ])('%j is refused, with exit code 2 and nothing on stdout', async (args, expected) => {
    const { code, stdout, stderr } = await repair(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(expected);
  });

  it('names the line of a report that is no JSON', async () => {
    await writeFile(join(cwd, 'report'), '{}\n\nnonsense\n');
    expect((await repair('--from', 'report')).stderr).toContain('expected JSON in line 3 of report');
  });

  it('does not know another pair', async () => {
    const ended = await holdfast(['repair', 'ordres', '--failed'], { env: { AWS_ENDPOINT_URL: cloud.url }, cwd });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('there is no pair ordres; there are orders');
  });
});
