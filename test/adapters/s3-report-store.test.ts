import { setMaxListeners } from 'node:events';
import {
  CreateBucketCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ReportStore } from '../../src/adapters/aws/s3-report-store.ts';
import type { ReportStore } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createDirectWrites } from '../cli/direct-writes.ts';

const region = 'eu-west-1';
const bucket = 'reports';
const { signal } = new AbortController();
setMaxListeners(0, signal);
const call = { signal };
const plain = { ...call, contentType: 'application/x-ndjson' };

let cloud: Cloud;
let s3: S3Client;
let store: ReportStore;

beforeAll(async () => {
  cloud = await createCloud();
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  s3 = new S3Client({ region, endpoint: cloud.url, credentials: cloud.credentials, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration, ObjectLockEnabledForBucket: true }),
  );
  store = createS3ReportStore(createClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 1 }), {
    bucket,
    region,
  });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  s3.destroy();
  await cloud.close();
});

async function all(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

describe('the store of reports', () => {
  it('gives back what was written, and its lines', async () => {
    await store.write('a/1', ['x\n', 'é', '😀\n', 'last'], plain);
    expect(await store.get('a/1', call)).toBe('x\né😀\nlast');
    expect(await all(store.lines('a/1', call))).toEqual(['x', 'é😀', 'last']);
    await store.write('a/1', [], plain);
    expect(await store.get('a/1', call)).toBe('');
    expect(await all(store.lines('a/1', call))).toEqual([]);
  });

  it('says that there is none', async () => {
    expect(await store.get('none', call)).toBeUndefined();
    await expect(all(store.lines('none', call))).rejects.toMatchObject({ kind: 'unexpected' });
  });

  it('creates an object once', async () => {
    expect(await store.create('b/1', 'first', call)).toBe(true);
    expect(await store.create('b/1', 'second', call)).toBe(false);
    expect(await store.get('b/1', call)).toBe('first');
  });

  it('lists more keys than fit on a page, in their order, and no others', async () => {
    const keys = Array.from({ length: 1_003 }, (_, index) => `c/${String(index).padStart(6, '0')}`);
    const direct = createDirectWrites(cloud, { bucket, region });
    for (const key of keys) await direct.put(key, '');
    expect(await all(store.list('c/', call))).toEqual(keys);
    expect(await all(store.list('c/000001', call))).toEqual(['c/000001']);
  });

  it('uploads a long text in parts, which nobody can change before its time', async () => {
    const until = new Date(Date.now() + 86_400_000);
    const line = `${'0123456789'.repeat(100)}\n`;
    const lock = { mode: 'governance', until } as const;
    async function* lines() {
      for (let n = 0; n < 20_000; n += 1) yield line;
    }
    await store.write('d/long', lines(), { ...plain, lock });
    const { ContentLength, ETag, ContentType } = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'd/long' }),
    );
    expect({ ContentLength, ContentType }).toEqual({
      ContentLength: 20_000 * line.length,
      ContentType: plain.contentType,
    });
    expect(ETag).toMatch(/-3"$/);
    expect(await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: 'd/long' }))).toMatchObject({
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate: until },
    });
  });

  it('leaves nothing behind of what breaks off', async () => {
    async function* broken() {
      yield 'x'.repeat(9 * 2 ** 20);
      yield 'x'.repeat(9 * 2 ** 20);
      throw new Error('the disk is full');
    }
    await expect(store.write('e/broken', broken(), plain)).rejects.toThrow('the disk is full');
    expect(await store.get('e/broken', call)).toBeUndefined();
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
  });

  it.each([
    ['GetObject', async (): Promise<unknown> => store.get('f', call)],
    ['PutObject', async (): Promise<unknown> => store.write('f', ['x'], plain)],
    ['PutObject', async (): Promise<unknown> => store.create('f', 'x', call)],
    ['ListObjectsV2', async (): Promise<unknown> => all(store.list('f', call))],
  ])('throws where %s is refused', async (operation, act) => {
    cloud.faults.plant({ kind: 'deny', operation, times: 1 });
    await expect(act()).rejects.toMatchObject({ kind: 'access-denied' });
  });
});
