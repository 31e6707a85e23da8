import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { createBucket, put } from '../arrange.ts';
import type { Cases } from '../contract.ts';
import { refused } from '../refused.ts';

const md5 = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('hex');

export const objectCases: Cases = {
  'the ETag of a buffer is the quoted MD5 of its bytes': async (cloud) => {
    const bucket = await createBucket(cloud);
    const bytes = randomBytes(100_000);
    const { etag } = await put(cloud, { bucket, key: 'k', body: bytes });
    assert.equal(etag, `"${md5(bytes)}"`);
  },
  'a stream with a trailing checksum is stored without its framing': async (cloud) => {
    const bucket = await createBucket(cloud);
    const bytes = randomBytes(200_000);
    const s3 = cloud.s3(cloud.home);
    const { ETag: etag } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: Readable.from([bytes]), ContentLength: bytes.length }),
    );
    assert.equal(etag, `"${md5(bytes)}"`);
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual(Buffer.from((await body?.transformToByteArray()) ?? []), bytes);
  },
  'an empty object is stored, headed and read': async (cloud) => {
    const bucket = await createBucket(cloud);
    const { etag } = await put(cloud, { bucket, key: 'empty', body: '' });
    assert.equal(etag, '"d41d8cd98f00b204e9800998ecf8427e"');
    const s3 = cloud.s3(cloud.home);
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'empty' }));
    assert.equal(head.ContentLength, 0);
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'empty' }));
    assert.equal(await body?.transformToString(), '');
  },
  'a Content-Encoding is kept, and aws-chunked is not part of it': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    const body = Readable.from([Buffer.from('not really gzip')]);
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: body, ContentLength: 15, ContentEncoding: 'gzip' }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.equal(head.ContentEncoding, 'gzip');
  },
  'system and user metadata come back, user names in lower case': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'k',
        Body: 'x',
        ContentType: 'text/x-contract',
        CacheControl: 'max-age=60',
        Metadata: { 'Sha256-Hex': 'abc' },
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual(
      [head.ContentType, head.CacheControl, head.Metadata],
      ['text/x-contract', 'max-age=60', { 'sha256-hex': 'abc' }],
    );
  },
  'a HEAD names a storage class only where it is not STANDARD': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await put(cloud, { bucket, key: 'standard' });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'rare', Body: 'x', StorageClass: 'STANDARD_IA' }));
    const standard = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'standard' }));
    const rare = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'rare' }));
    assert.deepEqual([standard.StorageClass, rare.StorageClass], [undefined, 'STANDARD_IA']);
  },
  'Last-Modified is the time of the upload, to the second': async (cloud) => {
    const bucket = await createBucket(cloud);
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    await put(cloud, { bucket, key: 'k' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    const at = head.LastModified?.getTime() ?? 0;
    assert.ok(at >= before && at <= Date.now() + 1_000);
  },
  'a key that does not exist is NoSuchKey for GET and a bare 404 for HEAD': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await refused(s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'no' })), { status: 404, code: 'NoSuchKey' });
    await refused(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'no' })), { status: 404, code: 'NotFound' });
  },
  'a copy keeps content and metadata of its source': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'from +é', Body: 'hello world', Metadata: { made: 'here' } }),
    );
    const source = `${bucket}/${encodeURIComponent('from +é')}`;
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'to', CopySource: source }));
    const copy = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'to' }));
    assert.deepEqual([await copy.Body?.transformToString(), copy.Metadata], ['hello world', { made: 'here' }]);
  },
  'a copy with replaced metadata has only the new one': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x', Metadata: { old: '1' } }));
    await s3.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: 'k',
        CopySource: `${bucket}/k`,
        MetadataDirective: 'REPLACE',
        Metadata: { fresh: '2' },
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual(head.Metadata, { fresh: '2' });
  },
  'many objects are deleted in one request, and every key is answered for': async (cloud) => {
    const bucket = await createBucket(cloud);
    const keys = ['a', 'b+ ', 'é😀', 'was never there'];
    for (const key of keys.slice(0, 3)) await put(cloud, { bucket, key });
    const s3 = cloud.s3(cloud.home);
    const { Deleted: deleted = [], Errors: errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    assert.deepEqual(deleted.map(({ Key: key = '' }) => key).toSorted(), keys.toSorted());
    assert.deepEqual(errors, []);
    await refused(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'é😀' })), { status: 404 });
  },
  'tags come back, and a GET counts them': async (cloud) => {
    const bucket = await createBucket(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x', Tagging: 'one=1' }));
    const tags = [
      { Key: 'one', Value: '1' },
      { Key: 'two', Value: 'é' },
    ];
    await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'k', Tagging: { TagSet: tags } }));
    const { TagSet: stored } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual(stored, tags);
    const { TagCount: count } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.equal(count, 2);
  },
  'of many writers of one key exactly one wins, whole': async (cloud) => {
    const bucket = await createBucket(cloud);
    const bodies = Array.from({ length: 12 }, () => randomBytes(30_000));
    // A server may give up some of them for the moment, as AWS itself may.
    const s3 = cloud.unusualS3(cloud.home, { maxAttempts: 6 });
    await Promise.all(bodies.map(async (Body) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body }))));
    const { Body: body, ETag: etag } = await cloud
      .s3(cloud.home)
      .send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    const bytes = Buffer.from((await body?.transformToByteArray()) ?? []);
    assert.equal(etag, `"${md5(bytes)}"`);
    assert.ok(bodies.some((written) => written.equals(bytes)));
  },
};
