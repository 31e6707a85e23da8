import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMrapClient } from '../../../src/adapters/aws/mrap-client.ts';
import { aCall, IRELAND, type MrapStage, startMrapStage, SYDNEY, VIRGINIA } from './mrap-stage.ts';

let stage: MrapStage;
let client: S3Client;

beforeAll(async () => {
  stage = await startMrapStage([VIRGINIA.bucket, IRELAND.bucket]);
  client = await createMrapClient({
    region: 'eu-west-1',
    endpoint: stage.cloud.url,
    credentials: stage.cloud.credentialsIn('eu-west-1'),
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await stage.close();
});

describe('reads and writes through an access point', () => {
  it.each([
    ['eu-north-1', IRELAND.bucket],
    ['eu-west-1', IRELAND.bucket],
    ['us-east-1', VIRGINIA.bucket],
    ['us-west-2', VIRGINIA.bucket],
  ])('of somebody in %s reach the nearest active bucket, %s', async (region, bucket) => {
    const answer = await stage.reader(region).read(stage.arn, 'which', aCall());
    expect(answer).toMatchObject({ state: 'present', value: { text: bucket } });
  });

  it('never reach a passive bucket, however near', async () => {
    const answer = await stage.reader(SYDNEY.region).read(stage.arn, 'which', aCall());
    expect(answer).not.toMatchObject({ value: { text: SYDNEY.bucket } });
  });

  it('go there whether or not the object is there', async () => {
    await stage.sdk
      .s3(VIRGINIA.region)
      .send(new PutObjectCommand({ Bucket: VIRGINIA.bucket, Key: 'only here', Body: 'x' }));
    expect(await stage.reader('eu-north-1').read(stage.arn, 'only here', aCall())).toEqual({ state: 'absent' });
    expect(await stage.reader('us-west-2').read(stage.arn, 'only here', aCall())).toMatchObject({ state: 'present' });
  });

  it('work for objects of every name, and parts of them', async () => {
    const at = { Bucket: stage.arn, Key: 'a b+c/é/～😀%2F' };
    await client.send(new PutObjectCommand({ ...at, Body: 'hello' }));
    const { Body, ETag } = await client.send(new GetObjectCommand(at));
    expect(await Body?.transformToString()).toBe('hello');
    const head = await stage.sdk.s3(IRELAND.region).send(new HeadObjectCommand({ ...at, Bucket: IRELAND.bucket }));
    expect(head.ETag).toBe(ETag);
    await client.send(new DeleteObjectCommand(at));
    await expect(client.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('work for uploads in parts and for listings, without a word about the bucket', async () => {
    const at = { Bucket: stage.arn, Key: 'in parts' };
    const { UploadId, Bucket } = await client.send(new CreateMultipartUploadCommand(at));
    expect(Bucket).toBe(stage.alias);
    const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
    const { Contents = [], Name } = await client.send(new ListObjectsV2Command({ Bucket: stage.arn, Prefix: 'in' }));
    expect(Contents.map(({ Key }) => Key)).toEqual(['in parts']);
    expect(Name).toBe(stage.alias);
    const { UploadId: given } = await client.send(new CreateMultipartUploadCommand(at));
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId: given }));
  });

  it.each([
    [
      'GetObjectAttributes',
      (Bucket: string) => new GetObjectAttributesCommand({ Bucket, Key: 'which', ObjectAttributes: ['ETag'] }),
    ],
    ['ListObjectVersions', (Bucket: string) => new ListObjectVersionsCommand({ Bucket })],
    [
      'DeleteObjects',
      (Bucket: string) => new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'which' }] } }),
    ],
  ])('do not offer %s', async (_, command) => {
    await expect(client.send(command(stage.arn) as GetObjectAttributesCommand)).rejects.toMatchObject({
      name: 'MethodNotAllowed',
    });
  });

  it('are refused without the right secret, for a name that nobody has, and with a signature for one Region', async () => {
    const forged = await createMrapClient({
      region: 'eu-west-1',
      endpoint: stage.cloud.url,
      credentials: { ...stage.cloud.credentials, secretAccessKey: 'guessed' },
    });
    const which = { Bucket: stage.arn, Key: 'which' };
    await expect(forged.send(new GetObjectCommand(which))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    const stranger = { ...which, Bucket: stage.arn.replace(stage.alias, 'nobody0.mrap') };
    await expect(client.send(new GetObjectCommand(stranger))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const byRegion = stage.sdk.unusualS3('eu-west-1', {
      forcePathStyle: false,
      endpoint: stage.cloud.url,
      bucketEndpoint: false,
    });
    byRegion.middlewareStack.add(
      (next) => async (args) => {
        const { request } = args as unknown as { request: { headers: Record<string, string>; hostname: string } };
        request.headers['host'] = `${stage.alias}.accesspoint.s3-global.amazonaws.com`;
        request.hostname = '127.0.0.1';
        return next(args);
      },
      { step: 'build', name: 'nameTheAccessPoint' },
    );
    await expect(byRegion.send(new GetObjectCommand({ Bucket: 'x', Key: 'which' }))).rejects.toThrow(
      /Please use AWS4-ECDSA-P256-SHA256/,
    );
    forged.destroy();
  });
});
