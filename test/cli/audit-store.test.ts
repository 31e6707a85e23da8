import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../src/cli/connect.ts';
import type { Services } from '../../src/cli/services.ts';
import { type Ended, holdfast } from './fake-run.ts';
import { createPairStage, type PairStage } from './pair-stage.ts';

const SHELF = 'audit-reports';
const DAY_MS = 86_400_000;

let stage: PairStage;
let folder: string;

beforeAll(async () => {
  stage = await createPairStage('one-way');
  folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', stage.endpoint.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', stage.endpoint.credentials.secretAccessKey);
  const s3 = stage.sdk.s3('us-east-1');
  await s3.send(new CreateBucketCommand({ Bucket: SHELF, ObjectLockEnabledForBucket: true }));
  await s3.send(new CreateBucketCommand({ Bucket: 'without-lock' }));
  for (const Key of ['a', 'é～😀/b', '<script>c']) {
    await s3.send(new PutObjectCommand({ Bucket: 'orders-use1', Key, Body: Key, ChecksumAlgorithm: 'SHA256' }));
  }
  await stage.cloud.clock.advance(60_000);
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.close();
  await rm(folder, { recursive: true });
});

async function run(args: readonly string[]): Promise<Ended> {
  const env = { AWS_ENDPOINT_URL: stage.cloud.url };
  return holdfast(args, {
    env,
    cwd: folder,
    connect: (place): Services => ({
      ...connect(place, { env }),
      clock: { now: () => new Date(stage.cloud.clock.now()) },
      wait: async (ms) => stage.cloud.clock.advance(ms),
    }),
  });
}

const audit = async (args: readonly string[]): Promise<Ended> =>
  run(['audit', 'orders', '--versions', '--config', stage.config, ...args]);

async function versionsOf(key: string): Promise<readonly string[]> {
  const asked = new ListObjectVersionsCommand({ Bucket: SHELF, Prefix: key });
  const { Versions: versions = [] } = await stage.sdk.s3('us-east-1').send(asked);
  return versions.map(({ Key: name = '' }) => name);
}

describe('holdfast audit --store', { timeout: 60_000 }, () => {
  it('keeps report, page and summary under lock, where verify-report reads them', async () => {
    const place = `s3://${SHELF}/orders/1`;
    const stored = await audit(['--out', 'one', '--store', place, '--lock', 'governance', '--lock-for', '30d']);
    expect(stored).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/^holdfast:/m) });
    expect(stored.stdout).toContain(`written       ${place}/report.html`);
    expect(await versionsOf('orders/1/')).toEqual(
      ['plan.json', 'report.html', 'report.ndjson', 'summary.json'].map((file) => `orders/1/${file}`),
    );
    const s3 = stage.sdk.s3('us-east-1');
    const at = { Bucket: SHELF, Key: 'orders/1/report.ndjson' };
    const { Retention: retention } = await s3.send(new GetObjectRetentionCommand(at));
    expect(retention?.Mode).toBe('GOVERNANCE');
    const days = ((retention?.RetainUntilDate?.getTime() ?? 0) - stage.cloud.clock.now()) / DAY_MS;
    expect(days).toBeCloseTo(30, 1);
    const root = /root +([\da-f]{64})/.exec(stored.stdout)?.[1] ?? 'none';
    const proof = await run(['verify-report', `${place}/report.ndjson`, '--root', root]);
    expect(proof).toMatchObject({ code: 0, stdout: expect.stringContaining('The report is whole.') });
    const [, version = 'none'] = /written +(s3:\/\/\S+\/report\.ndjson\?versionId=\S+)/.exec(stored.stdout) ?? [];
    expect(await run(['verify-report', version, '--root', root])).toMatchObject({ code: 0 });
    const page = await s3.send(new GetObjectCommand({ ...at, Key: 'orders/1/report.html' }));
    expect(page.ContentType).toBe('text/html; charset=utf-8');
    const html = (await page.Body?.transformToString()) ?? '';
    expect(html).toBe(await readFile(join(folder, 'one', 'report.html'), 'utf8'));
    expect(html).toContain(`npx holdfast verify-report ${place}/report.ndjson --root ${root}`);
  });

  it('tells what was changed since, and reads the version that was locked', async () => {
    const at = { Bucket: SHELF, Key: 'orders/1/report.ndjson' };
    const s3 = stage.sdk.s3('us-east-1');
    const { Body: body, VersionId: locked } = await s3.send(new GetObjectCommand(at));
    const changed = ((await body?.transformToString()) ?? '').replace('"alike":3', '"alike":4');
    await s3.send(new PutObjectCommand({ ...at, Body: changed, ChecksumAlgorithm: 'CRC32' }));
    const proof = await run(['verify-report', `s3://${SHELF}/orders/1/report.ndjson`]);
    expect(proof).toMatchObject({ code: 1, stdout: expect.stringContaining('changed: the root is') });
    const before = await run(['verify-report', `s3://${SHELF}/orders/1/report.ndjson?versionId=${locked}`]);
    expect(before.code).toBe(0);
  });

  it('takes the place of no other audit, and says so before it begins', async () => {
    const other = await audit(['--out', 'other', '--store', `s3://${SHELF}/orders/1/`]);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('holds the report of another audit') });
    expect(await versionsOf('orders/1/report.html')).toHaveLength(1);
  });

  it('goes on with the same place where it was stopped, and stores what is complete', async () => {
    const args = ['--out', 'budget', '--store', `s3://${SHELF}/orders/2`];
    const stopped = await audit([...args, '--budget', '0.0000001']);
    expect(stopped).toMatchObject({ code: 2, stdout: expect.stringContaining('the budget is used up') });
    expect(await versionsOf('orders/2/')).toEqual(['orders/2/plan.json']);
    expect(await readFile(join(folder, 'budget', 'report.html'), 'utf8')).toContain('✗ Not finished');
    expect(await audit(args)).toMatchObject({ code: 0 });
    expect(await versionsOf('orders/2/')).toHaveLength(4);
  });

  it.each([
    ['a lock without a store', ['--lock', 'governance', '--lock-for', '1d'], '--lock needs --store'],
    ['a lock without its time', ['--store', 's3://x/y', '--lock', 'governance'], 'belong together'],
    ['a store without a folder', ['--store', 's3://x/y'], '--store needs --out'],
    ['what is no place', ['--out', 'no', '--store', '/tmp/x'], 'expected s3://bucket/key'],
    ['a version', ['--out', 'no', '--store', 's3://x/y?versionId=z'], 'expected s3://bucket/prefix'],
    [
      'a lock where the bucket has none',
      ['--out', 'no', '--store', 's3://without-lock/y', '--lock', 'compliance', '--lock-for', '1d'],
      'without-lock has no Object Lock',
    ],
  ])('refuses %s', async (_, args, message) => {
    expect(await audit(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('holdfast verify-report', { timeout: 30_000 }, () => {
  it('cannot judge what it cannot read', async () => {
    expect(await run(['verify-report', 'nowhere.ndjson'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere.ndjson cannot be read'),
    });
    expect(await run(['verify-report', `s3://${SHELF}/nothing`])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be read: there is no such object'),
    });
  });

  it.each([
    [
      'a finding that was added',
      async (file: string) => appendFile(file, '{"kind":"finding","shard":0}\n'),
      'shard 0 found 0, and 1',
    ],
    ['a line that was cut', async (file: string) => appendFile(file, '{"kind":'), 'is no JSON object'],
    ['nothing at all', async (file: string) => writeFile(file, ''), 'there is no plan'],
  ])('sees %s', async (_, spoil, problem) => {
    const file = join(folder, 'spoiled.ndjson');
    await writeFile(file, await readFile(join(folder, 'one', 'report.ndjson')));
    await spoil(file);
    expect(await run(['verify-report', file])).toMatchObject({ code: 1, stdout: expect.stringContaining(problem) });
  });
});
