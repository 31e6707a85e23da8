import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

const keyArn = (cloud: Cloud): string =>
  `arn:aws:kms:${cloud.home}:${cloud.account}:key/11111111-2222-3333-4444-555555555555`;

interface Address {
  readonly Bucket: string;
  readonly Key: string;
}

async function store(cloud: Cloud, settings: Partial<PutObjectCommandInput>): Promise<Address> {
  const object = { Bucket: await createBucket(cloud), Key: 'k' };
  await cloud.s3(cloud.home).send(new PutObjectCommand({ ...object, Body: 'hello world', ...settings }));
  return object;
}

const customerKey = Buffer.alloc(32, 'k');
const sseC = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: customerKey.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(customerKey).digest('base64'),
};
const otherKey = Buffer.alloc(32, 'o');
const wrongSseC = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: otherKey.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(otherKey).digest('base64'),
};

export const encryptionCases: Cases = {
  'a HEAD names the KMS key and whether a bucket key is used': async (cloud) => {
    const object = await store(cloud, {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn(cloud),
      BucketKeyEnabled: true,
    });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand(object));
    assert.deepEqual(
      [head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled],
      ['aws:kms', keyArn(cloud), true],
    );
  },
  'double encryption with KMS is named as such': async (cloud) => {
    const object = await store(cloud, { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: keyArn(cloud) });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand(object));
    assert.equal(head.ServerSideEncryption, 'aws:kms:dsse');
  },
  'the ETag of an SSE-KMS object is not the MD5 of its content': async (cloud) => {
    const object = await store(cloud, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn(cloud) });
    const { ETag: etag } = await cloud.s3(cloud.home).send(new HeadObjectCommand(object));
    assert.match(etag ?? '', /^"[0-9a-f]{32}"$/);
    assert.notEqual(etag, '"5eb63bbbe01eeed093cb22bb8f5acdc3"');
  },
  'an SSE-KMS object is read like any other': async (cloud) => {
    const object = await store(cloud, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn(cloud) });
    const { Body: body } = await cloud.s3(cloud.home).send(new GetObjectCommand(object));
    assert.equal(await body?.transformToString(), 'hello world');
  },
  'an object that asks for no encryption is encrypted by S3 itself': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.equal(head.ServerSideEncryption, 'AES256');
  },
  'the default encryption of a bucket shows on its objects': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn(cloud) } as const;
    const configuration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: configuration }));
    await put(cloud, { bucket, key: 'k' });
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', keyArn(cloud)]);
  },
  "an SSE-C object is read with the customer's key": async (cloud) => {
    const object = await store(cloud, sseC);
    const { Body: body } = await cloud.s3(cloud.home).send(new GetObjectCommand({ ...object, ...sseC }));
    assert.equal(await body?.transformToString(), 'hello world');
  },
  'an SSE-C object cannot be read without the key': async (cloud) => {
    const object = await store(cloud, sseC);
    const s3 = cloud.s3(cloud.home);
    await refused(s3.send(new GetObjectCommand(object)), { status: 400, code: 'InvalidRequest' });
    await refused(s3.send(new HeadObjectCommand(object)), { status: 400 });
  },
  'an SSE-C object cannot be read with another key': async (cloud) => {
    const object = await store(cloud, sseC);
    const request = cloud.s3(cloud.home).send(new GetObjectCommand({ ...object, ...wrongSseC }));
    await refused(request, { status: 403, code: 'AccessDenied' });
  },
  'an archived object has headers and no bytes': async (cloud) => {
    const object = await store(cloud, { StorageClass: 'GLACIER' });
    const s3 = cloud.s3(cloud.home);
    const head = await s3.send(new HeadObjectCommand(object));
    assert.equal(head.StorageClass, 'GLACIER');
    await refused(s3.send(new GetObjectCommand(object)), { status: 403, code: 'InvalidObjectState' });
  },
  'a HEAD of an object being restored says so': async (cloud) => {
    const object = await store(cloud, { StorageClass: 'DEEP_ARCHIVE' });
    const s3 = cloud.s3(cloud.home);
    await s3.send(new RestoreObjectCommand({ ...object, RestoreRequest: { Days: 1 } }));
    const { Restore: restore } = await s3.send(new HeadObjectCommand(object));
    assert.match(restore ?? '', /ongoing-request="(true|false)"/);
  },
};
