import assert from 'node:assert/strict';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

const digits = '0123456789';

async function storeDigits(cloud: Cloud): Promise<{ Bucket: string; Key: string }> {
  const bucket = await createBucket(cloud);
  await put(cloud, { bucket, key: 'digits', body: digits });
  return { Bucket: bucket, Key: 'digits' };
}

const ranges: readonly (readonly [range: string, text: string, contentRange: string])[] = [
  ['bytes=2-4', '234', 'bytes 2-4/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
];

const rangeCases: Cases = Object.fromEntries(
  ranges.map(([range, text, contentRange]) => [
    `a GET of ${range} gives those bytes and says of how many`,
    async (cloud: Cloud) => {
      const object = await storeDigits(cloud);
      const output = await cloud.s3(cloud.home).send(new GetObjectCommand({ ...object, Range: range }));
      assert.deepEqual(
        [output.$metadata.httpStatusCode, await output.Body?.transformToString(), output.ContentRange],
        [206, text, contentRange],
      );
    },
  ]),
);

export const readCases: Cases = {
  ...rangeCases,
  'a range behind the end is refused': async (cloud) => {
    const object = await storeDigits(cloud);
    const request = cloud.s3(cloud.home).send(new GetObjectCommand({ ...object, Range: 'bytes=10-' }));
    await refused(request, { status: 416, code: 'InvalidRange' });
  },
  'a GET with If-Match gives the content while the ETag is still the same': async (cloud) => {
    const object = await storeDigits(cloud);
    const s3 = cloud.s3(cloud.home);
    const { ETag: etag } = await s3.send(new HeadObjectCommand(object));
    const { Body: body } = await s3.send(new GetObjectCommand({ ...object, IfMatch: etag }));
    assert.equal(await body?.transformToString(), digits);
  },
  'a GET with If-Match is refused once the content is another': async (cloud) => {
    const object = await storeDigits(cloud);
    const s3 = cloud.s3(cloud.home);
    const { ETag: etag } = await s3.send(new HeadObjectCommand(object));
    await s3.send(new PutObjectCommand({ ...object, Body: 'another' }));
    const request = s3.send(new GetObjectCommand({ ...object, IfMatch: etag }));
    await refused(request, { status: 412, code: 'PreconditionFailed' });
  },
  'a HEAD with another ETag in If-Match is a bare 412': async (cloud) => {
    const object = await storeDigits(cloud);
    const request = cloud.s3(cloud.home).send(new HeadObjectCommand({ ...object, IfMatch: '"0123"' }));
    await refused(request, { status: 412 });
  },
  'a GET with the current ETag in If-None-Match is a 304': async (cloud) => {
    const object = await storeDigits(cloud);
    const s3 = cloud.s3(cloud.home);
    const { ETag: etag } = await s3.send(new HeadObjectCommand(object));
    await refused(s3.send(new GetObjectCommand({ ...object, IfNoneMatch: etag })), { status: 304 });
  },
  'a PUT with If-None-Match: * does not overwrite': async (cloud) => {
    const object = await storeDigits(cloud);
    const request = cloud.s3(cloud.home).send(new PutObjectCommand({ ...object, Body: 'other', IfNoneMatch: '*' }));
    await refused(request, { status: 412, code: 'PreconditionFailed' });
  },
  'a PUT with If-Match overwrites only the content it names': async (cloud) => {
    const object = await storeDigits(cloud);
    const s3 = cloud.s3(cloud.home);
    const wrong = s3.send(new PutObjectCommand({ ...object, Body: 'other', IfMatch: '"0123"' }));
    await refused(wrong, { status: 412, code: 'PreconditionFailed' });
    const { ETag: etag } = await s3.send(new HeadObjectCommand(object));
    await s3.send(new PutObjectCommand({ ...object, Body: 'other', IfMatch: etag }));
  },
};
