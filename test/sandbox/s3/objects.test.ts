import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS } from '../../../src/model/checksum.ts';
import { createDigester } from '../../../src/digest/digester.ts';
import { startS3, type LocalS3 } from './local-s3.ts';

let s3: LocalS3;
let client: S3Client;
const Bucket = 'orders-euw1';

beforeAll(async () => {
  s3 = await startS3();
  client = s3.client();
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
});

afterAll(async () => {
  await s3.close();
});

const md5 = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('hex');

async function read(Key: string, more: object = {}): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return (await Body?.transformToString()) ?? '';
}

async function put(Key: string, Body: string | Readable, more: Partial<PutObjectCommandInput> = {}) {
  return await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

/** How many objects are large enough for a file. */
function stored(): number {
  return s3.service.versions(Bucket).filter(({ storedBytes }) => storedBytes > 256 * 1024).length;
}

const status = (code: number) =>
  expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: code }) });

describe('PutObject', () => {
  it('answers with the MD5 of a buffer as ETag and stores it intact', async () => {
    expect((await put('a.txt', 'hello world')).ETag).toBe(`"${md5('hello world')}"`);
    expect(await read('a.txt')).toBe('hello world');
  });

  it('takes the framing and the trailer off a stream', async () => {
    const bytes = Buffer.alloc(300_001, 'stream ');
    const { ETag } = await put('stream', Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]), {
      ContentLength: bytes.length,
    });
    expect(ETag).toBe(`"${md5(bytes)}"`);
    expect(await read('stream')).toBe(bytes.toString());
  });

  it('keeps what the uploader says of the content, without aws-chunked', async () => {
    await put('described', Readable.from(['gzip']), {
      ContentLength: 4,
      ContentEncoding: 'gzip',
      CacheControl: 'max-age=60',
      ContentType: 'text/plain',
      StorageClass: 'STANDARD_IA',
      Metadata: { Owner: 'é%+', colour: 'red' },
      Tagging: 'class=order&a%2Fb=c+d',
    });
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'described' }))).toMatchObject({
      ContentEncoding: 'gzip',
      CacheControl: 'max-age=60',
      ContentType: 'text/plain',
      StorageClass: 'STANDARD_IA',
      Metadata: { colour: 'red' },
      TagCount: 2,
      ServerSideEncryption: 'AES256',
    });
  });

  it.each(['a b+c%d/é～😀', '/leading', 'double//slash', 'trailing/', '.', '..', 'a/../b', "!'()*~"])(
    'stores and gives back the key %j',
    async (key) => {
      await put(key, key);
      expect(await read(key)).toBe(key);
    },
  );

  it.each(CHECKSUM_ALGORITHMS)('checks, stores and returns %s', async (algorithm) => {
    const digester = await createDigester(algorithm);
    digester.update(Buffer.from('123456789'));
    const value = Buffer.from(digester.digest()).toString('base64');
    const header = `Checksum${algorithm}`;
    await put(`sum-${algorithm}`, '123456789', { [header]: value });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: `sum-${algorithm}`, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ [header]: value, ChecksumType: 'FULL_OBJECT' });
    await expect(put('wrong', '12345678X', { [header]: value })).rejects.toMatchObject({
      name: 'BadDigest',
      $metadata: expect.objectContaining({ httpStatusCode: 400 }),
    });
  });

  it('adds CRC64NVME where the client brings no checksum', async () => {
    const plain = s3.client('eu-west-1', { requestChecksumCalculation: 'WHEN_REQUIRED' });
    await plain.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: '123456789' }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'plain', ChecksumMode: 'ENABLED' }));
    expect(head.ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
  });

  it('refuses a body that is not what Content-MD5 says', async () => {
    await expect(
      put('wrong', 'a', { ContentMD5: createHash('md5').update('b').digest('base64') }),
    ).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'wrong' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it.each([
    ['the hash of its content', { 'x-amz-content-sha256': '0'.repeat(64) }, 'abc', 'XAmzContentSHA256Mismatch'],
    [
      'its decoded length',
      { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '4' },
      '3\r\nabc\r\n0\r\n\r\n',
      'IncompleteBody',
    ],
    [
      'the checksum of its trailer',
      { 'content-encoding': 'aws-chunked', 'x-amz-trailer': 'x-amz-checksum-crc32' },
      '3\r\nabc\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      'BadDigest',
    ],
    ['an MD5 that is none', { 'content-md5': 'x' }, 'abc', 'InvalidDigest'],
    [
      'two checksums',
      { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' },
      '',
      'InvalidRequest',
    ],
    ['a checksum of another length', { 'x-amz-checksum-crc32': 'AAAAAAAA' }, '', 'InvalidRequest'],
  ])('refuses a body against %s, and stores nothing', async (_, headers, body, code) => {
    const response = await fetch(`${s3.endpoint}/${Bucket}/refused`, { method: 'PUT', headers, body });
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(response.status).toBe(400);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'refused' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('takes the one of two creators who finishes first', async () => {
    const rival = new EventEmitter();
    async function* hesitating(): AsyncGenerator<Buffer> {
      yield Buffer.from('sl');
      await once(rival, 'done');
      yield Buffer.from('ow');
    }
    const slow = put('race', Readable.from(hesitating()), { ContentLength: 4, IfNoneMatch: '*' });
    await setTimeout(50);
    await put('race', 'fast', { IfNoneMatch: '*' });
    rival.emit('done');
    await expect(slow).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await read('race')).toBe('fast');
  });

  it('keeps no bytes of what was replaced or deleted', async () => {
    for (const fill of ['1', '2', '3']) await put('large', Buffer.alloc(400_000, fill).toString());
    expect(await readdir(s3.folder)).toHaveLength(stored());
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'large' }));
    await expect.poll(() => readdir(s3.folder)).toHaveLength(stored());
  });

  it.each(['a=1&a=2', Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&'), `${'k'.repeat(129)}=v`])(
    'refuses the tags %s',
    async (Tagging) => {
      await expect(put('tagged', 'x', { Tagging })).rejects.toMatchObject({ name: 'InvalidArgument' });
    },
  );

  it('honours the conditions of a write', async () => {
    const { ETag } = await put('once', '1', { IfNoneMatch: '*' });
    await expect(put('once', '2', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('once', '2', { IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('never', '2', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await put('once', '3', { IfMatch: ETag });
    expect(await read('once')).toBe('3');
  });

  it.each([
    ['a key above 1,024 bytes', 'é'.repeat(513), {}, 'KeyTooLongError'],
    ['metadata above 2 KB', 'k', { Metadata: { a: 'x'.repeat(2048) } }, 'MetadataTooLarge'],
    ['a requester who pays, by name', 'k', { RequestPayer: 'requester' }, 'NotImplemented'],
    ['a website redirect, by name', 'k', { WebsiteRedirectLocation: '/x' }, 'NotImplemented'],
    ['a grant, by name', 'k', { GrantRead: 'id=1' }, 'NotImplemented'],
    ['a storage class that does not exist', 'k', { StorageClass: 'FAST' }, 'InvalidStorageClass'],
  ])('refuses %s', async (_, key, more, name) => {
    await expect(put(key, 'x', more as Partial<PutObjectCommandInput>)).rejects.toMatchObject({ name });
  });
});

describe('GetObject', () => {
  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
  ])('gives the range %s', async (Range, expected, contentRange) => {
    await put('digits', '0123456789');
    const response = await client.send(new GetObjectCommand({ Bucket, Key: 'digits', Range }));
    expect(await response.Body?.transformToString()).toBe(expected);
    expect(response).toMatchObject({
      ContentRange: contentRange,
      $metadata: expect.objectContaining({ httpStatusCode: 206 }),
    });
  });

  it('refuses a range behind the end', async () => {
    await put('digits', '0123456789');
    await expect(read('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: expect.objectContaining({ httpStatusCode: 416 }),
    });
  });

  it('answers 304 to a reader who has the object already', async () => {
    const { ETag } = await put('digits', '0123456789');
    await expect(read('digits', { IfNoneMatch: ETag })).rejects.toEqual(status(304));
    await expect(read('digits', { IfMatch: '"x"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('does not read an archived object', async () => {
    await put('cold', 'x', { StorageClass: 'GLACIER' });
    await expect(read('cold')).rejects.toMatchObject({
      name: 'InvalidObjectState',
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'cold' }))).StorageClass).toBe('GLACIER');
  });

  it('replaces headers of the response on demand', async () => {
    await put('digits', '0123456789');
    const { ContentType } = await client.send(
      new GetObjectCommand({ Bucket, Key: 'digits', ResponseContentType: 'text/csv' }),
    );
    expect(ContentType).toBe('text/csv');
  });
});

describe('versions', () => {
  const versioned = 'versions-euw1';
  const at = { Bucket: versioned, Key: 'k' };

  it('keeps every version, hides them behind a delete marker and shows them again', async () => {
    await client.send(
      new CreateBucketCommand({ Bucket: versioned, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await client.send(new PutObjectCommand({ ...at, Body: 'before' }));
    await client.send(
      new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const one = await client.send(new PutObjectCommand({ ...at, Body: '1' }));
    const two = await client.send(new PutObjectCommand({ ...at, Body: '22' }));
    const first = await client.send(new GetObjectCommand({ ...at, VersionId: one.VersionId }));
    expect(await first.Body?.transformToString()).toBe('1');

    const marker = await client.send(new DeleteObjectCommand(at));
    expect(marker.DeleteMarker).toBe(true);
    const hidden = await client.send(new HeadObjectCommand(at)).catch((error: unknown) => error);
    expect(hidden).toMatchObject({ name: 'NotFound', $response: { headers: { 'x-amz-delete-marker': 'true' } } });
    const named = await client
      .send(new HeadObjectCommand({ ...at, VersionId: marker.VersionId }))
      .catch((error: unknown) => error);
    expect(named).toMatchObject({
      $metadata: { httpStatusCode: 405 },
      $response: { headers: { 'x-amz-delete-marker': 'true' } },
    });

    const listed = await client.send(new ListObjectVersionsCommand({ Bucket: versioned }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([two.VersionId, one.VersionId, 'null']);
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);

    const removed = await client.send(new DeleteObjectCommand({ ...at, VersionId: marker.VersionId }));
    expect(removed).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect((await client.send(new HeadObjectCommand(at))).VersionId).toBe(two.VersionId);
  });

  it('replaces the version null while versioning is suspended', async () => {
    await client.send(
      new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    await client.send(new PutObjectCommand({ ...at, Body: '333' }));
    const { VersionId } = await client.send(new PutObjectCommand({ ...at, Body: '4444' }));
    expect(VersionId).toBe('null');
    const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: versioned }));
    expect(Versions?.map(({ VersionId: id, Size }) => [id === 'null', Size])).toEqual([
      [true, 4],
      [false, 2],
      [false, 1],
    ]);
  });
});

describe('a delete while versioning is suspended', () => {
  it('puts a marker in the place of the version null', async () => {
    const at = { Bucket: 'suspended-euw1', Key: 'k' };
    await client.send(
      new CreateBucketCommand({ Bucket: at.Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await client.send(
      new PutBucketVersioningCommand({ Bucket: at.Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    await client.send(new PutObjectCommand({ ...at, Body: '1' }));
    expect(await client.send(new DeleteObjectCommand(at))).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    await client.send(new DeleteObjectCommand(at));
    expect(s3.service.versions(at.Bucket)).toMatchObject([{ versionId: 'null', deleteMarker: true }]);
  });
});

describe('CopyObject', () => {
  it('copies content, metadata and tags, and computes another checksum on demand', async () => {
    await put('from é+', 'copy me', { Metadata: { a: 'b' }, Tagging: 't=1' });
    const CopySource = `${Bucket}/${encodeURIComponent('from é+')}`;
    const copy = await client.send(
      new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ChecksumAlgorithm: 'SHA256' }),
    );
    expect(copy.CopyObjectResult).toMatchObject({
      ETag: `"${md5('copy me')}"`,
      ChecksumSHA256: createHash('sha256').update('copy me').digest('base64'),
    });
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({
      Metadata: { a: 'b' },
      TagCount: 1,
    });
    expect(await read('to')).toBe('copy me');
  });

  it('refuses to copy an object onto itself without a change', async () => {
    await put('self', 'x');
    const self = { Bucket, Key: 'self', CopySource: `${Bucket}/self` };
    await expect(client.send(new CopyObjectCommand(self))).rejects.toMatchObject({ name: 'InvalidRequest' });
    await client.send(new CopyObjectCommand({ ...self, MetadataDirective: 'REPLACE', Metadata: { new: '1' } }));
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'self' }))).Metadata).toEqual({ new: '1' });
  });
});
