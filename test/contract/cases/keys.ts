import assert from 'node:assert/strict';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

const hostileKeys: readonly (readonly [what: string, key: string])[] = [
  ['a plus sign', 'a+b'],
  ['a space', 'a b'],
  ['a percent sign', '100%'],
  ['something that looks encoded', 'a%2Fb%20c'],
  ['an accent', 'é/e\u0301'],
  ['an emoji', '😀'],
  ['quotes, ampersands and brackets', `"'&<>[]{}`],
  ['a question mark and a hash', 'a?b=c#d'],
  ['two slashes', '/a//b/'],
  ['1,024 bytes', 'é'.repeat(512)],
];

const roundTrips: Cases = Object.fromEntries(
  hostileKeys.map(([what, key]) => [
    `a key with ${what} is the same when it comes back`,
    async (cloud: Cloud) => {
      const bucket = await createBucket(cloud);
      await put(cloud, { bucket, key, body: what });
      const s3 = cloud.s3(cloud.home);
      const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      assert.equal(await body?.transformToString(), what);
      const { Contents: contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
      assert.deepEqual(
        contents.map((entry) => entry.Key),
        [key],
      );
    },
  ]),
);

/** In the order of their UTF-8 bytes, which is not the order of JavaScript's `<`. */
const inOrder = ['A', 'a', 'a b', 'a%', 'a+', 'a/', 'a/b', 'aa', 'é', '～', '😀'];

async function keysOf(cloud: Cloud, bucket: string, settings: object): Promise<readonly string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const output = await cloud
      .s3(cloud.home)
      .send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token, ...settings }));
    for (const { Key: key } of output.Contents ?? []) keys.push(key ?? '');
    token = output.NextContinuationToken;
    assert.equal(output.IsTruncated, token !== undefined);
  } while (token !== undefined);
  return keys;
}

export const keyCases: Cases = {
  ...roundTrips,
  'a key of 1,025 bytes is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const request = cloud
      .s3(cloud.home)
      .send(new PutObjectCommand({ Bucket: bucket, Key: `${'é'.repeat(512)}x`, Body: 'x' }));
    await refused(request, { status: 400, code: 'KeyTooLongError' });
  },
  'keys are listed in the order of their UTF-8 bytes, page by page': async (cloud) => {
    const bucket = await createBucket(cloud);
    for (const key of inOrder.toReversed()) await put(cloud, { bucket, key });
    assert.deepEqual(await keysOf(cloud, bucket, { MaxKeys: 3 }), inOrder);
  },
  'a listing honours prefix and start': async (cloud) => {
    const bucket = await createBucket(cloud);
    for (const key of inOrder) await put(cloud, { bucket, key });
    assert.deepEqual(await keysOf(cloud, bucket, { Prefix: 'a', StartAfter: 'a+' }), ['a/', 'a/b', 'aa']);
  },
  'a listing with a delimiter folds what lies behind it': async (cloud) => {
    const bucket = await createBucket(cloud);
    for (const key of ['x', 'y/1', 'y/2', 'z+/1']) await put(cloud, { bucket, key });
    const output = await cloud
      .s3(cloud.home)
      .send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/', EncodingType: 'url' }));
    assert.deepEqual(
      [output.Contents?.map(({ Key: key }) => key), output.CommonPrefixes?.map(({ Prefix: prefix }) => prefix)],
      [['x'], ['y/', 'z%2B/']],
    );
  },
};
