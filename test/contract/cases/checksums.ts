import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../../src/model/checksum.ts';
import { storedChecksums } from '../../../src/adapters/aws/object-state.ts';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';
import { withHeaders } from '../with-headers.ts';
import { helloWorld, nineDigits } from '../vectors.ts';

/** A claim as the SDKs make it: a value, and the header that names its algorithm. */
const claim = (algorithm: ChecksumAlgorithm, base64: string): object => ({
  ChecksumAlgorithm: algorithm,
  [`Checksum${algorithm}`]: base64,
});

/** A client that says nothing of checksums unless the request does. */
const plainS3 = (cloud: Cloud): S3Client =>
  cloud.unusualS3(cloud.home, {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

const headWithChecksums = async (cloud: Cloud, Bucket: string): Promise<HeadObjectCommandOutput> =>
  cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));

const everyAlgorithm = (
  title: (name: string) => string,
  run: (cloud: Cloud, a: ChecksumAlgorithm) => Promise<void>,
): Cases =>
  Object.fromEntries(
    CHECKSUM_ALGORITHMS.map((algorithm) => [title(algorithm), async (cloud: Cloud) => run(cloud, algorithm)]),
  );

const stored = everyAlgorithm(
  (name) => `a right ${name} is stored and comes back`,
  async (cloud, algorithm) => {
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'k', Body: 'hello world' };
    await plainS3(cloud).send(new PutObjectCommand({ ...body, ...claim(algorithm, helloWorld[algorithm]) }));
    const expected = [{ algorithm, type: 'FULL_OBJECT', base64: helloWorld[algorithm] }];
    assert.deepEqual(storedChecksums(await headWithChecksums(cloud, bucket), undefined), expected);
  },
);

const wrong = everyAlgorithm(
  (name) => `a wrong ${name} is refused and nothing is stored`,
  async (cloud, algorithm) => {
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'k', Body: 'hello world' };
    const request = plainS3(cloud).send(new PutObjectCommand({ ...body, ...claim(algorithm, nineDigits[algorithm]) }));
    await refused(request, { status: 400, code: 'BadDigest' });
    await refused(cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' })), { status: 404 });
  },
);

export const checksumCases: Cases = {
  ...stored,
  ...wrong,
  'a checksum is stored although no header names its algorithm': async (cloud) => {
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'k', Body: 'hello world', ChecksumCRC32C: helloWorld.CRC32C };
    await plainS3(cloud).send(new PutObjectCommand(body));
    assert.equal((await headWithChecksums(cloud, bucket)).ChecksumCRC32C, helloWorld.CRC32C);
  },
  'a checksum that is no digest is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const command = new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'hello world', ChecksumSHA256: 'c2hvcnQ=' });
    await refused(plainS3(cloud).send(command), { status: 400, code: 'InvalidRequest' });
  },
  'a wrong Content-MD5 is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const command = new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'hello world', ContentMD5: nineDigits.MD5 });
    await refused(plainS3(cloud).send(command), { status: 400, code: 'BadDigest' });
  },
  'a wrong checksum in the trailer of a stream is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const framed = `b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:${nineDigits.CRC32}\r\n\r\n`;
    const command = new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: framed });
    withHeaders(command, {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '11',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    });
    await refused(plainS3(cloud).send(command), { status: 400, code: 'BadDigest' });
  },
  'a body that is not what was signed is refused': async (cloud) => {
    const bucket = await createBucket(cloud);
    const command = new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'hello world' });
    withHeaders(command, { 'x-amz-content-sha256': '0'.repeat(64) });
    await refused(plainS3(cloud).send(command), { status: 400, code: 'XAmzContentSHA256Mismatch' });
  },
  'an upload without any checksum gets a CRC64NVME': async (cloud) => {
    const bucket = await createBucket(cloud);
    await plainS3(cloud).send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'hello world' }));
    const head = await headWithChecksums(cloud, bucket);
    assert.equal(head.ChecksumCRC64NVME, helloWorld.CRC64NVME);
  },
  'the CRC32 that the SDK adds by itself comes back': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    assert.equal((await headWithChecksums(cloud, bucket)).ChecksumCRC32, helloWorld.CRC32);
  },
  'the CRC32 in the trailer of a stream comes back': async (cloud) => {
    const bucket = await createBucket(cloud);
    const body = Readable.from([Buffer.from('hello world')]);
    await cloud.s3(cloud.home).send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: body, ContentLength: 11 }));
    assert.equal((await headWithChecksums(cloud, bucket)).ChecksumCRC32, helloWorld.CRC32);
  },
  'a checksum of an object put at once is of type FULL_OBJECT': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    assert.equal((await headWithChecksums(cloud, bucket)).ChecksumType, 'FULL_OBJECT');
  },
  'a HEAD that does not ask for checksums gets none': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual(storedChecksums(head, undefined), []);
  },
  'a GET gives the stored checksum, and the SDK finds it right': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    const output = await cloud.s3(cloud.home).send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    assert.deepEqual([await output.Body?.transformToString(), output.ChecksumCRC32], ['hello world', helloWorld.CRC32]);
  },
  'a GET of a range leaves the checksum of the whole out': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    const command = new GetObjectCommand({ Bucket: bucket, Key: 'k', Range: 'bytes=0-3', ChecksumMode: 'ENABLED' });
    const output = await plainS3(cloud).send(command);
    assert.deepEqual([await output.Body?.transformToString(), storedChecksums(output, undefined)], ['hell', []]);
  },
  'the attributes of an object name checksum, ETag and size': async (cloud) => {
    const bucket = await createBucket(cloud);
    const { etag } = await put(cloud, { bucket, key: 'k' });
    const output = await cloud.s3(cloud.home).send(
      new GetObjectAttributesCommand({
        Bucket: bucket,
        Key: 'k',
        ObjectAttributes: ['Checksum', 'ETag', 'ObjectSize', 'StorageClass'],
      }),
    );
    assert.deepEqual(
      [output.Checksum?.ChecksumCRC32, `"${output.ETag?.replaceAll('"', '')}"`, output.ObjectSize, output.StorageClass],
      [helloWorld.CRC32, etag, 11, 'STANDARD'],
    );
  },
  'a listing names the algorithm of each checksum': async (cloud) => {
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'k', Body: 'hello world', ...claim('SHA256', helloWorld.SHA256) };
    await plainS3(cloud).send(new PutObjectCommand(body));
    const { Contents: [entry] = [] } = await cloud.s3(cloud.home).send(new ListObjectsV2Command({ Bucket: bucket }));
    assert.deepEqual(entry?.ChecksumAlgorithm, ['SHA256']);
  },
  'a copy keeps the algorithm of its source': async (cloud) => {
    const bucket = await createBucket(cloud);
    const body = { Bucket: bucket, Key: 'from', Body: 'hello world', ...claim('SHA1', helloWorld.SHA1) };
    await plainS3(cloud).send(new PutObjectCommand(body));
    const s3 = cloud.s3(cloud.home);
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'k', CopySource: `${bucket}/from` }));
    assert.equal((await headWithChecksums(cloud, bucket)).ChecksumSHA1, helloWorld.SHA1);
  },
  'a copy gets the checksum that it asks for': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'from' });
    const s3 = cloud.s3(cloud.home);
    await s3.send(
      new CopyObjectCommand({ Bucket: bucket, Key: 'k', CopySource: `${bucket}/from`, ChecksumAlgorithm: 'SHA256' }),
    );
    assert.equal((await headWithChecksums(cloud, bucket)).ChecksumSHA256, helloWorld.SHA256);
  },
};
