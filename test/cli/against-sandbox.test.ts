import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { noise } from '../digest/contents.ts';
import { createSdkClients } from '../support/sdk-clients.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const MIB = 1024 * 1024;
const BUCKET = 'far-away';
const REGION = 'us-west-2';
const keys = ['a b/+%41é～😀?x', 'plain', 'control\u0001\n', '+', '%2B', 'a b'];
const big = noise(12 * MIB, 'against the sandbox');
const sizes = [6 * MIB, 5 * MIB, MIB];

let cloud: Cloud;
let cwd: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  cloud = await createCloud();
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await writeFile(join(cwd, 'big'), big);
  const { accessKeyId, secretAccessKey } = cloud.credentials;
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  env = { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: cloud.url };
  const clients = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  const s3 = clients.s3(REGION);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: `content of ${Key}` }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'plain', Body: 'newer' }));
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'gone', Body: 'gone' }));
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'gone' }));
  await uploadInParts(s3, 'big');
  await uploadInParts(s3, 'damaged');
  clients.destroy();
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
  await rm(cwd, { recursive: true });
});

async function uploadInParts(s3: S3Client, Key: string): Promise<void> {
  const at = { Bucket: BUCKET, Key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumAlgorithm: 'SHA256' }));
  const Parts = [];
  let start = 0;
  for (const [index, size] of sizes.entries()) {
    const part = { ...at, UploadId, PartNumber: index + 1, ChecksumAlgorithm: 'SHA256' } as const;
    const Body = big.subarray(start, start + size);
    const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand({ ...part, Body }));
    Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 });
    start += size;
  }
  await s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
}

async function verify(...args: readonly string[]): Promise<Ended> {
  return holdfast(['verify', ...args], { env, cwd });
}

describe('holdfast verify against the sandbox', () => {
  it.each(keys)('finds the bucket in its Region and reads %j', async (key) => {
    const ended = await verify(`s3://${BUCKET}/${key}`, '--content', '--json');
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(ended)).toMatchObject([{ verdict: 'verified', object: { region: REGION, key } }]);
  });

  it('takes the endpoint and the Region from the command line', async () => {
    const args = ['verify', `s3://${BUCKET}/+`, '--content', '--endpoint', cloud.url, '--region', REGION];
    expect(await holdfast(args)).toMatchObject({ code: 0 });
  });

  it('compares a file with an upload in unequal parts, recorded and stored', async () => {
    const ended = await verify(`s3://${BUCKET}/big`, '--against', 'big', '--content', '--json');
    expect(ended.code).toBe(0);
    const [{ findings }] = linesOf(ended) as [{ findings: { basis: string }[] }];
    expect(new Set(findings.map(({ basis }) => basis))).toEqual(
      new Set(['computed-checksum', 'stored-checksum', 'etag', 'part-checksums']),
    );
  });

  it('finds a flipped byte and names its part', async () => {
    const url = `${cloud.url}/_holdfast/faults`;
    const body = JSON.stringify({ kind: 'flip', now: true, bucket: BUCKET, key: 'damaged', offset: 7 * MIB });
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
    const { code, stdout } = await verify(`s3://${BUCKET}/damaged`, '--content');
    expect(code).toBe(1);
    expect(stdout).toContain(`damage        part 2 of 3, bytes ${6 * MIB}-${11 * MIB - 1}`);
  });

  it('lists every version, delete markers apart, and verifies each', async () => {
    const ended = await verify('--prefix', `s3://${BUCKET}/`, '--content', '--all-versions', '--json');
    const lines = linesOf(ended) as { kind: string; verdict: string; object: { key: string } }[];
    const seen = lines.filter(({ kind }) => kind === 'object').map(({ verdict, object }) => `${verdict} ${object.key}`);
    const intact = [...keys, 'plain', 'gone', 'big'].map((key) => `verified ${key}`);
    expect(seen.toSorted()).toEqual([...intact, 'violated damaged'].toSorted());
    expect(ended.code).toBe(1);
  });

  it('lists only what is current without --all-versions', async () => {
    const lines = linesOf(await verify('--prefix', `s3://${BUCKET}/`, '--json')) as { object?: { key: string } }[];
    const seen = lines.flatMap(({ object }) => (object === undefined ? [] : [object.key]));
    expect(seen.toSorted()).toEqual([...keys, 'big', 'damaged'].toSorted());
  });

  it('names the version behind a delete marker', async () => {
    const { code, stderr } = await verify(`s3://${BUCKET}/gone`);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^holdfast: a delete marker hides .*\?versionId=\S+\n$/);
  });

  it('knows no such object, version or bucket', async () => {
    expect((await verify(`s3://${BUCKET}/none`)).stderr).toContain('there is no object');
    expect((await verify(`s3://${BUCKET}/plain?versionId=null`)).stderr).toContain('there is no version');
    expect((await verify('s3://no-such-bucket/k')).stderr).toContain('there is no no-such-bucket');
  });

  it('blames its own credentials, not the object', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
    const { code, stdout, stderr } = await verify(`s3://${BUCKET}/plain`, '--content', '--region', REGION);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^holdfast: access-denied: .*SignatureDoesNotMatch/);
  });
});

describe('holdfast sandbox', () => {
  it('prints an environment that works, until it is interrupted', async () => {
    const abort = new AbortController();
    let printed = '';
    const ended = holdfast(['sandbox', '--seed', '7'], {
      signal: abort.signal,
      onStdout: (text) => void (printed += text),
    });
    await vi.waitFor(() => expect(printed).toContain('AWS_REGION'));
    const [, url = ''] = /^export AWS_ENDPOINT_URL='(.+)'$/m.exec(printed) ?? [];
    const [, accessKeyId = ''] = /^export AWS_ACCESS_KEY_ID='(.+)'$/m.exec(printed) ?? [];
    const [, secretAccessKey = ''] = /^export AWS_SECRET_ACCESS_KEY='(.+)'$/m.exec(printed) ?? [];
    const clients = createSdkClients({ endpoint: url, credentials: { accessKeyId, secretAccessKey } });
    await clients.s3('us-east-1').send(new CreateBucketCommand({ Bucket: 'mine' }));
    clients.destroy();
    abort.abort();
    expect(await ended).toMatchObject({ code: 0, stderr: expect.stringContaining('/_holdfast/requests') });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
