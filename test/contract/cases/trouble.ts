import assert from 'node:assert/strict';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createBucket, put } from '../arrange.ts';
import type { Cases } from '../contract.ts';
import { createAdapters } from '../our-adapters.ts';
import { refused } from '../refused.ts';

export const troubleCases: Cases = {
  'a throttled request is SlowDown, and our store says throttled': async (cloud) => {
    const { objects, call } = createAdapters();
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    await cloud.plantFault({ kind: 'throttle', bucket });
    const request = cloud.s3(cloud.home).send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    await refused(request, { status: 503, code: 'SlowDown' });
    const object = { bucket, region: cloud.home, key: 'k' };
    const throttled = { state: 'unreadable', reason: 'throttled' };
    assert.deepEqual(await objects.head(object, { ...call, checksums: true }), throttled);
    assert.deepEqual(await objects.read(object, call), throttled);
  },
  'KMS that is throttled under S3 is SlowDown in other words': async (cloud) => {
    const { objects, call } = createAdapters();
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const body = { Bucket: bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' as const };
    await s3.send(new PutObjectCommand(body));
    await cloud.plantFault({ kind: 'kms-throttle', bucket });
    await refused(s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' })), { status: 503, code: 'SlowDown' });
    const opened = await objects.read({ bucket, region: cloud.home, key: 'k' }, call);
    assert.deepEqual(opened, { state: 'unreadable', reason: 'kms-throttled' });
  },
  'a KMS key that cannot be used is a reason of its own': async (cloud) => {
    const { objects, call } = createAdapters();
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms' as const };
    await cloud.s3(cloud.home).send(new PutObjectCommand(body));
    await cloud.plantFault({ kind: 'key-unusable', bucket });
    const opened = await objects.read({ bucket, region: cloud.home, key: 'k' }, call);
    assert.deepEqual(opened, { state: 'unreadable', reason: 'key-unusable' });
  },
};
