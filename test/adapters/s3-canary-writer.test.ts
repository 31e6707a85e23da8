import {
  CreateBucketCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3CanaryWriter } from '../../src/adapters/aws/s3-canary-writer.ts';
import { CANARY_PARTS_BYTES, CANARY_PREFIX } from '../../src/model/canary.ts';
import { valueOf } from '../../src/model/observation.ts';
import type { CanaryWriter } from '../../src/ports.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';

const region = 'eu-west-1';
const bucket = 'photos';
const key = `${CANARY_PREFIX}0/kms`;
const call = { signal: new AbortController().signal };

let cloud: Cloud;
let s3: S3Client;
let kmsKeyId: string;
let writer: CanaryWriter;

beforeEach(async () => {
  cloud = await createCloud();
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  const options = { region, endpoint: cloud.url, credentials: cloud.credentials };
  s3 = new S3Client({ ...options, forcePathStyle: true });
  kmsKeyId = (await new KMSClient(options).send(new CreateKeyCommand())).KeyMetadata?.Arn ?? '';
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  writer = createS3CanaryWriter(createClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 2 }));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

async function keepVersions(): Promise<void> {
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
}

describe('the writer of canaries', () => {
  it.each([
    'photo.jpg',
    '',
    'holdfast-canary',
    'holdfast-canary.txt',
    ' holdfast-canary/0/kms',
    'Holdfast-Canary/0/kms',
    'a/holdfast-canary/0/kms',
  ])('refuses %j, which is no key of ours, before anything is sent', async (other) => {
    const writes = () => cloud.requests().filter(({ operation }) => operation === 'PutObject');
    await expect(writer.put({ bucket, region, key: other, text: 'x' }, call)).rejects.toMatchObject({
      kind: 'unexpected',
      operation: 'CanaryWriter.put',
    });
    expect(writes()).toEqual([]);
  });

  it('writes one with SSE-S3 and one with the key that is named, and answers their versions', async () => {
    await keepVersions();
    const plain = await writer.put({ bucket, region, key: `${CANARY_PREFIX}0/plain`, text: 'x' }, call);
    const kms = await writer.put({ bucket, region, key, text: 'x', kmsKeyId }, call);
    const head = async (Key: string, VersionId: string | undefined) =>
      s3.send(new HeadObjectCommand({ Bucket: bucket, Key, VersionId }));
    expect(await head(`${CANARY_PREFIX}0/plain`, valueOf(plain))).toMatchObject({ ServerSideEncryption: 'AES256' });
    expect(await head(key, valueOf(kms))).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId });
  });

  it('uploads in two parts what is to be, and answers its version', async () => {
    await keepVersions();
    const parts = await writer.put({ bucket, region, key, text: 'x', kmsKeyId, inParts: true }, call);
    const head = new HeadObjectCommand({
      Bucket: bucket,
      Key: key,
      VersionId: valueOf(parts),
      ChecksumMode: 'ENABLED',
    });
    const { ETag, ...found } = await s3.send(head);
    expect(ETag).toMatch(/-2"$/);
    expect(found).toMatchObject({
      ContentLength: CANARY_PARTS_BYTES + 1,
      SSEKMSKeyId: kmsKeyId,
      ChecksumType: 'COMPOSITE',
    });
  });

  it.each([false, true])('gives it the tags without which no rule replicates it; in parts: %s', async (inParts) => {
    await keepVersions();
    const tags = { team: 'a+b c', 'é=&/': '～ 1%' };
    const VersionId = valueOf(await writer.put({ bucket, region, key, text: 'x', tags, inParts }, call));
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId }));
    expect(TagSet).toEqual(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));
  });

  it('takes back what it could not finish, and says why', async () => {
    await keepVersions();
    cloud.faults.plant({ kind: 'deny', operation: 'CompleteMultipartUpload', times: 1 });
    const parts = await writer.put({ bucket, region, key, text: 'x', inParts: true }, call);
    expect(parts).toEqual({ state: 'unreadable', reason: 'access-denied' });
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
  });

  it('says why it failed though it could not take it back either', async () => {
    cloud.faults.plant({ kind: 'deny', operation: 'UploadPart', times: 1 });
    cloud.faults.plant({ kind: 'deny', operation: 'AbortMultipartUpload', times: 1 });
    const parts = await writer.put({ bucket, region, key, text: 'x', inParts: true }, call);
    expect(parts).toEqual({ state: 'unreadable', reason: 'access-denied' });
  });

  it('answers nothing where the bucket keeps no versions: there is nothing to follow', async () => {
    expect(await writer.put({ bucket, region, key, text: 'x' }, call)).toEqual({ state: 'absent' });
  });

  it('says that KMS throttles, and that it may not write', async () => {
    cloud.faults.plant({ kind: 'kms-throttle', operation: 'PutObject', times: 2 });
    const put = async () => writer.put({ bucket, region, key, text: 'x', kmsKeyId }, call);
    expect(await put()).toEqual({ state: 'unreadable', reason: 'kms-throttled' });
    cloud.faults.plant({ kind: 'deny', operation: 'PutObject', times: 1 });
    expect(await put()).toEqual({ state: 'unreadable', reason: 'access-denied' });
  });
});
