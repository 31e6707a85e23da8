import assert from 'node:assert/strict';
import {
  CreateMultipartUploadCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectLockConfigurationCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectTaggingCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

const RULES: LifecycleRule[] = [
  { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'log/' }, Expiration: { Days: 3 } },
  { ID: 'versions', Status: 'Enabled', Filter: { Prefix: '' }, NoncurrentVersionExpiration: { NoncurrentDays: 5 } },
];

async function setRules(cloud: Cloud, bucket: string): Promise<void> {
  const LifecycleConfiguration = { Rules: RULES };
  await cloud
    .s3(cloud.home)
    .send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration }));
}

async function setPolicy(cloud: Cloud, bucket: string, principal: object | string): Promise<string> {
  const statement = {
    Effect: 'Allow',
    Principal: principal,
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await cloud.s3(cloud.home).send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policy }));
  return policy;
}

export const bucketSettingCases: Cases = {
  'lifecycle rules come back as they were put, and a bucket without any says so': async (cloud) => {
    const bucket = await createBucket(cloud);
    const ask = async () => cloud.s3(cloud.home).send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
    await refused(ask(), { status: 404, code: 'NoSuchLifecycleConfiguration' });
    await setRules(cloud, bucket);
    const { Rules: found = [] } = await ask();
    assert.deepEqual(
      found.map(({ ID: id, Status: status, Expiration: age }) => [id, status, age?.Days]),
      [
        ['old', 'Enabled', 3],
        ['versions', 'Enabled', undefined],
      ],
    );
    assert.equal(found[1]?.NoncurrentVersionExpiration?.NoncurrentDays, 5);
  },
  'a HEAD says when a rule will take the object away': async (cloud) => {
    const bucket = await createBucket(cloud);
    await setRules(cloud, bucket);
    await put(cloud, { bucket, key: 'log/k' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'log/k' }));
    assert.match(head.Expiration ?? '', /^expiry-date="[^"]+ 00:00:00 GMT", rule-id="old"$/);
  },
  'a policy comes back word for word, and a bucket without one says so': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const ask = async () => s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    await refused(ask(), { status: 404, code: 'NoSuchBucketPolicy' });
    const policy = await setPolicy(cloud, bucket, { AWS: `arn:aws:iam::${cloud.account}:root` });
    assert.deepEqual(JSON.parse((await ask()).Policy ?? ''), JSON.parse(policy));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    await refused(ask(), { status: 404, code: 'NoSuchBucketPolicy' });
  },
  'a policy that lets everybody in is public, one that names an account is not': async (cloud) => {
    const bucket = await createBucket(cloud);
    const isPublic = async (): Promise<boolean | undefined> => {
      const { PolicyStatus: status } = await cloud
        .s3(cloud.home)
        .send(new GetBucketPolicyStatusCommand({ Bucket: bucket }));
      return status?.IsPublic;
    };
    await setPolicy(cloud, bucket, '*');
    assert.equal(await isPublic(), true);
    await setPolicy(cloud, bucket, { AWS: `arn:aws:iam::${cloud.account}:root` });
    assert.equal(await isPublic(), false);
  },
  'a new bucket is closed to the public': async (cloud) => {
    const bucket = await createBucket(cloud);
    const { PublicAccessBlockConfiguration: block } = await cloud
      .s3(cloud.home)
      .send(new GetPublicAccessBlockCommand({ Bucket: bucket }));
    assert.deepEqual(Object.values(block ?? {}), [true, true, true, true]);
  },
  'a public access block comes back, and can be taken away': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const block = {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration: block }));
    const found = await s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket }));
    assert.deepEqual(found.PublicAccessBlockConfiguration, block);
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }));
    await refused(s3.send(new GetPublicAccessBlockCommand({ Bucket: bucket })), {
      status: 404,
      code: 'NoSuchPublicAccessBlockConfiguration',
    });
  },
  'ownership controls come back, and can be taken away': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }));
    const found = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket }));
    assert.equal(found.OwnershipControls?.Rules?.[0]?.ObjectOwnership, 'BucketOwnerPreferred');
    await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket: bucket }));
    await refused(s3.send(new GetBucketOwnershipControlsCommand({ Bucket: bucket })), {
      status: 404,
      code: 'OwnershipControlsNotFoundError',
    });
  },
  'a bucket without Object Lock says so, and one without notifications has none': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await refused(s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })), {
      status: 404,
      code: 'ObjectLockConfigurationNotFoundError',
    });
    const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
    assert.deepEqual([found.QueueConfigurations ?? [], found.TopicConfigurations ?? []], [[], []]);
  },
  'an upload that nobody completed is listed with the time at which it began': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const { UploadId: id } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'k' }));
    const { Uploads: [upload] = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    assert.deepEqual([upload?.Key, upload?.UploadId], ['k', id]);
    assert.ok(Math.abs((upload?.Initiated?.getTime() ?? 0) - Date.now()) < 60_000);
  },
  'the tags of one version are its own, and a HEAD counts them': async (cloud) => {
    const bucket = await createBucket(cloud, { versioned: true });
    const s3 = cloud.s3(cloud.home);
    const { versionId: first } = await put(cloud, { bucket, key: 'k' });
    const { versionId: second } = await put(cloud, { bucket, key: 'k' });
    const at = (VersionId: string) => ({ Bucket: bucket, Key: 'k', VersionId });
    const TagSet = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await s3.send(new PutObjectTaggingCommand({ ...at(first), Tagging: { TagSet } }));
    const heads = await Promise.all([first, second].map(async (id) => s3.send(new HeadObjectCommand(at(id)))));
    assert.deepEqual(
      heads.map(({ TagCount: count }) => count),
      [2, undefined],
    );
    const found = await s3.send(new GetObjectTaggingCommand(at(first)));
    assert.deepEqual(found.TagSet, TagSet);
  },
};
