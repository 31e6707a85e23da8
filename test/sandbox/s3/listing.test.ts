import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  DeleteObjectsCommand,
  DeleteBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3, type LocalS3 } from './local-s3.ts';

const Bucket = 'listed-euw1';
/** In the order of S3. */
const KEYS = ['a b', 'a%', 'a+', 'a/1', 'a/2', 'b', 'c/x/1', 'c/x/2', 'c/y', 'é', '\uFF5E', '\u{1F600}'];

let s3: LocalS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3();
  client = s3.client();
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  for (const Key of KEYS.toReversed()) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  for (const Key of ['a/1', 'b']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'second' }));
});

afterAll(async () => {
  await s3.close();
});

describe('ListObjectsV2', () => {
  it.each([1, 2, 5, 1000])(
    'gives every key once, in the order of their UTF-8 bytes, by pages of %i',
    async (MaxKeys) => {
      const keys: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys, ContinuationToken }));
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(keys).toEqual(KEYS);
    },
  );

  it('folds keys behind the delimiter, once over all pages', async () => {
    const names: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken }),
      );
      names.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    const expected = ['a b', 'a%', 'a+', 'a/', 'b', 'c/', 'é', '\uFF5E', '\u{1F600}'];
    expect(new Set(names)).toEqual(new Set(expected));
    expect(names).toHaveLength(expected.length);
  });

  it('starts after a key, within a prefix', async () => {
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'c/', StartAfter: 'c/x/1' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['c/x/2', 'c/y']);
  });

  it('encodes keys on demand', async () => {
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a', EncodingType: 'url' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['a+b', 'a%25', 'a%2B', 'a/1', 'a/2']);
  });

  it('names the algorithm of the checksum, and the owner on demand', async () => {
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1, FetchOwner: true }));
    expect(Contents).toMatchObject([
      { ChecksumAlgorithm: ['CRC32'], ChecksumType: 'FULL_OBJECT', Owner: { ID: expect.any(String) as string } },
    ]);
  });
});

it('ListObjects goes on from its marker', async () => {
  const first = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 4 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/' });
  const second = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: first.NextMarker }));
  expect(second.Contents?.[0]?.Key).toBe('b');
});

describe('ListObjectVersions', () => {
  it.each([1, 3, 1000])('gives every version once by pages of %i', async (MaxKeys) => {
    const seen: string[] = [];
    let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
    let more = true;
    while (more) {
      const page = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys, ...marker }));
      seen.push(...(page.Versions ?? []).map(({ Key, IsLatest }) => `${Key} ${IsLatest}`));
      more = page.IsTruncated === true;
      marker = {
        ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
        ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
    const expected = KEYS.flatMap((key) =>
      key === 'a/1' || key === 'b' ? [`${key} true`, `${key} false`] : [`${key} true`],
    );
    expect(seen).toEqual(expected);
  });
});

describe('buckets', () => {
  it('live in one Region and redirect requests for another', async () => {
    const elsewhere = s3.client('us-east-1');
    const refused = await elsewhere.send(new ListObjectsV2Command({ Bucket })).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'PermanentRedirect',
      $metadata: { httpStatusCode: 301 },
      $response: { headers: { 'x-amz-bucket-region': 'eu-west-1' } },
    });
    const following = s3.client('us-east-1', { followRegionRedirects: true });
    expect((await following.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(KEYS.length);
    expect((await elsewhere.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1');
  });

  it.each([
    ['a name with capitals', { Bucket: 'Capital' }, 'InvalidBucketName'],
    ['a name like an IP address', { Bucket: '10.0.0.1' }, 'InvalidBucketName'],
    [
      'another Region than that of the endpoint',
      { Bucket: 'nowhere-bucket', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' as const } },
      'IllegalLocationConstraintException',
    ],
    [
      'the name of a bucket that is there',
      { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } },
      'BucketAlreadyOwnedByYou',
    ],
  ])('are not created with %s', async (_, input, name) => {
    await expect(client.send(new CreateBucketCommand(input))).rejects.toMatchObject({ name });
  });

  it('can be named by the host', async () => {
    const outgoing = request(`${s3.endpoint}/a/1?tagging`, { headers: { host: `${Bucket}.localhost:1234` } }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(incoming.statusCode).toBe(200);
    expect(await text(incoming)).toContain('<TagSet>');
  });

  it('go only when they are empty', async () => {
    const first = s3.client('us-east-1');
    await first.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    expect((await first.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([
      Bucket,
      'short-lived',
    ]);
    for (const Key of ['x', 'y & z']) await first.send(new PutObjectCommand({ Bucket: 'short-lived', Key, Body: '' }));
    await expect(first.send(new DeleteBucketCommand({ Bucket: 'short-lived' }))).rejects.toMatchObject({
      name: 'BucketNotEmpty',
    });
    const { Deleted } = await first.send(
      new DeleteObjectsCommand({
        Bucket: 'short-lived',
        Delete: { Objects: [{ Key: 'x' }, { Key: 'y & z' }, { Key: 'never' }] },
      }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['x', 'y & z', 'never']);
    await first.send(new DeleteBucketCommand({ Bucket: 'short-lived' }));
    await expect(first.send(new HeadBucketCommand({ Bucket: 'short-lived' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});
