import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import assert from 'node:assert/strict';
import { createBucket } from '../arrange.ts';
import type { Cases } from '../contract.ts';
import { refused } from '../refused.ts';

const MINUTE_MS = 60_000;

export const signatureCases: Cases = {
  'a request signed with a wrong secret is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const credentials = { ...cloud.credentials, secretAccessKey: 'not-the-secret' };
    const s3 = cloud.unusualS3(cloud.home, { credentials });
    const request = s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    await refused(request, { status: 403, code: 'SignatureDoesNotMatch' });
    await refused(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' })), { status: 403 });
  },
  'a request signed with an unknown key is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const credentials = { accessKeyId: 'AKIAUNKNOWNUNKNOWN00', secretAccessKey: 'any' };
    const request = cloud.unusualS3(cloud.home, { credentials }).send(new ListObjectsV2Command({ Bucket: bucket }));
    await refused(request, { status: 403, code: 'InvalidAccessKeyId' });
  },
  'a request dated 16 minutes ago is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.unusualS3(cloud.home, { systemClockOffset: -16 * MINUTE_MS });
    const request = s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    await refused(request, { status: 403, code: 'RequestTimeTooSkewed' });
  },
  'a request dated 14 minutes ago is good': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.unusualS3(cloud.home, { systemClockOffset: -14 * MINUTE_MS });
    await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  },
  'a queue service checks signatures too': async (cloud) => {
    const credentials = { ...cloud.credentials, secretAccessKey: 'not-the-secret' };
    const sqs = new SQSClient({ region: cloud.home, endpoint: cloud.endpoint, credentials, maxAttempts: 1 });
    await refused(sqs.send(new ListQueuesCommand({})), { status: 403, code: 'SignatureDoesNotMatch' });
  },
  'STS says on whose behalf a request is signed': async (cloud) => {
    const identity = await cloud.sts(cloud.home).send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Account, cloud.account);
    assert.match(identity.Arn ?? '', new RegExp(`^arn:aws:(iam|sts)::${cloud.account}:.+`, 'u'));
  },
};
