import assert from 'node:assert/strict';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { createBucket, put, setVersioning } from '../arrange.ts';
import type { Cases } from '../contract.ts';
import { refused } from '../refused.ts';

export const bucketCases: Cases = {
  'a bucket lives in the Region that its constraint names': async (cloud) => {
    const bucket = await createBucket(cloud, { region: cloud.abroad });
    const { LocationConstraint: region } = await cloud
      .s3(cloud.abroad)
      .send(new GetBucketLocationCommand({ Bucket: bucket }));
    assert.equal(region, cloud.abroad);
  },
  'HEAD of a bucket names its Region': async (cloud) => {
    const bucket = await createBucket(cloud, { region: cloud.abroad });
    const { BucketRegion: region } = await cloud.s3(cloud.abroad).send(new HeadBucketCommand({ Bucket: bucket }));
    assert.equal(region, cloud.abroad);
  },
  'an object abroad is written and read through its own Region': async (cloud) => {
    const bucket = await createBucket(cloud, { region: cloud.abroad });
    const s3 = cloud.s3(cloud.abroad);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'abroad' }));
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.equal(await body?.transformToString(), 'abroad');
  },
  'a GET signed for another Region is redirected to the right one': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    const headers = await refused(cloud.s3(cloud.abroad).send(new GetObjectCommand({ Bucket: bucket, Key: 'k' })), {
      status: 301,
      code: 'PermanentRedirect',
    });
    assert.equal(headers['x-amz-bucket-region'], cloud.home);
  },
  'a HEAD signed for another Region is redirected without a body': async (cloud) => {
    const bucket = await createBucket(cloud);
    const headers = await refused(cloud.s3(cloud.abroad).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' })), {
      status: 301,
    });
    assert.equal(headers['x-amz-bucket-region'], cloud.home);
  },
  'a bucket that does not exist is NoSuchBucket': async (cloud) => {
    const request = cloud.s3(cloud.home).send(new GetObjectCommand({ Bucket: 'contract-nowhere', Key: 'k' }));
    await refused(request, { status: 404, code: 'NoSuchBucket' });
  },
  'a bucket name that is already one of ours is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const constraint = { LocationConstraint: cloud.home as 'eu-west-1' };
    const request = cloud
      .s3(cloud.home)
      .send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: constraint }));
    await refused(request, { status: 409, code: 'BucketAlreadyOwnedByYou' });
  },
  'a bucket with an object in it cannot be deleted, an empty one can': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await put(cloud, { bucket, key: 'k' });
    await refused(s3.send(new DeleteBucketCommand({ Bucket: bucket })), { status: 409, code: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }));
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
    await refused(s3.send(new HeadBucketCommand({ Bucket: bucket })), { status: 404 });
  },
  'the list of buckets names those of all Regions': async (cloud) => {
    const here = await createBucket(cloud);
    const there = await createBucket(cloud, { region: cloud.abroad });
    const { Buckets: buckets = [] } = await cloud.s3(cloud.home).send(new ListBucketsCommand({}));
    const names = buckets.map(({ Name: name }) => name);
    assert.ok(names.includes(here) && names.includes(there));
  },
  'versioning is neither enabled nor suspended until somebody says so': async (cloud) => {
    const bucket = await createBucket(cloud);
    const status = async (): Promise<string | undefined> =>
      (await cloud.s3(cloud.home).send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status;
    assert.equal(await status(), undefined);
    await setVersioning(cloud, { bucket, status: 'Enabled' });
    assert.equal(await status(), 'Enabled');
    await setVersioning(cloud, { bucket, status: 'Suspended' });
    assert.equal(await status(), 'Suspended');
  },
};
