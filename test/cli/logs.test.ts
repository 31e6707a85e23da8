import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';
import { accessLine, trailRecord } from '../support/log-lines.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const REGION = 'us-east-1';
const REMOVED = accessLine({ operation: 'REST.DELETE.OBJECT', field: 'a%20b', uri: 'DELETE /a%20b HTTP/1.1' });
const THROTTLED = accessLine({ status: '503', error: 'SlowDown', field: 'in/x' });
const REFUSED = accessLine({ operation: 'REST.PUT.OBJECT', status: '400', error: 'BadDigest' });

let cloud: Cloud;
let sdk: SdkClients;
let folder: string;

beforeAll(async () => {
  cloud = await createCloud();
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  await sdk.s3(REGION).send(new CreateBucketCommand({ Bucket: 'logs' }));
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  folder = await mkdtemp(join(tmpdir(), 'holdfast-logs-'));
  await mkdir(join(folder, 'good/2026'), { recursive: true });
  await writeFile(join(folder, 'good/access.log'), `${REMOVED}\n${THROTTLED}\n\n`);
  await writeFile(join(folder, 'good/2026/trail.json.gz'), gzipSync(JSON.stringify({ Records: [trailRecord()] })));
  await writeFile(join(folder, 'good/empty'), '');
  await writeFile(join(folder, 'damaged.gz'), gzipSync(REMOVED).subarray(0, 40));
  await writeFile(join(folder, 'other.txt'), 'hello\n');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  sdk.destroy();
  await cloud.close();
  await rm(folder, { recursive: true });
});

const logs = async (...args: readonly string[]): Promise<Ended> =>
  holdfast(['logs', ...args], { cwd: folder, env: { AWS_ENDPOINT_URL: cloud.url } });

describe('holdfast logs', () => {
  it('reads a folder of access logs and trails, compressed or not', async () => {
    const ended = await logs('good', '--key', 's3://orders-use1/a b');
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('3 requests in 3 files, 2026-11-02T08:15:30Z to 2026-11-02T08:15:30Z');
    expect(ended.stdout).toContain('REST.DELETE.OBJECT  arn:aws:sts::111122223333:assumed-role/ingest/s');
    expect(ended.stdout).toContain('DeleteObject  arn:aws:sts::111122223333:assumed-role/clean-up/s  (version v1');
    expect(ended.stdout).toContain('Requests that were throttled: 1\n  1 × s3://orders-use1/in/*  s3  SlowDown');
  });

  it('reads from a bucket, and answers in lines of JSON', async () => {
    await sdk.s3(REGION).send(new PutObjectCommand({ Bucket: 'logs', Key: 'a/1', Body: REFUSED }));
    await sdk.s3(REGION).send(new PutObjectCommand({ Bucket: 'logs', Key: 'a/2', Body: gzipSync(THROTTLED) }));
    const ended = await logs('s3://logs/a/', '--json', '--region', REGION);
    expect(linesOf(ended)).toMatchObject([
      { kind: 'throttles', bucket: 'orders-use1', count: 1 },
      { kind: 'refusedUploads', error: 'BadDigest', count: 1 },
      { kind: 'summary', records: 2, files: 2, unreadableLines: 0, unreadableFiles: [] },
    ]);
    expect(ended.code).toBe(0);
  });

  it('says that nothing was done to an object, as far as the logs know', async () => {
    const { stdout } = await logs('good', '--key', 's3://orders-use1/never');
    expect(stdout).toContain('s3://orders-use1/never\n  neither written nor removed by any request in these logs');
  });

  it('reads the others where one is damaged, and says which', async () => {
    const ended = await logs('.', '--json');
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('1 lines are no records');
    expect(linesOf(ended).at(-1)).toMatchObject({ records: 3, unreadableLines: 1, unreadableFiles: ['damaged.gz'] });
  });

  it.each([
    ['there is no such place', ['nowhere'], 'expected a file, a folder or s3://bucket/prefix'],
    ['there are too many files', ['good', '--at-most', '1'], 'there are more than 1 files'],
    ['nobody knows the access point', ['good', '--mrap', 'x'], 'expected an access point of the configuration (none)'],
    ['a time has no zone', ['good', '--since', '2026-11-02T00:00:00'], 'expected a time with its zone'],
  ])('is refused where %s', async (_, args, message) => {
    expect(await logs(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  it('has nothing to say where there are no files', async () => {
    expect(await logs('s3://logs/none/', '--region', REGION)).toMatchObject({ code: 2 });
  });
});
