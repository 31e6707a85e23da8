import assert from 'node:assert/strict';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { storedChecksums } from '../../../src/adapters/aws/object-state.ts';
import { createBucket, put } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';
import { partBodies, uploadParts } from '../upload-parts.ts';
import {
  nineDigits,
  type PartedChecksum,
  partedCrc32,
  partedCrc32c,
  partedCrc64,
  partedXxh3,
  threePartsETag,
} from '../vectors.ts';

const claimsOf = ({ algorithm, parts }: PartedChecksum): readonly object[] =>
  parts.map((base64) => ({ [`Checksum${algorithm}`]: base64 }));

const layouts: readonly (readonly [checksum: PartedChecksum, type: 'COMPOSITE' | 'FULL_OBJECT'])[] = [
  [partedCrc32, 'COMPOSITE'],
  [partedCrc32c, 'COMPOSITE'],
  [partedXxh3, 'COMPOSITE'],
  [partedCrc32, 'FULL_OBJECT'],
  [partedCrc64, 'FULL_OBJECT'],
];

const checksumsOfParts: Cases = Object.fromEntries(
  layouts.map(([checksum, type]) => [
    `a multipart object has the ${type} ${checksum.algorithm} that its parts give`,
    async (cloud: Cloud) => {
      const Bucket = await createBucket(cloud);
      const { algorithm } = checksum;
      const upload = { Bucket, Key: 'k', ChecksumAlgorithm: algorithm, ChecksumType: type };
      await uploadParts(cloud, upload, { bodies: partBodies, claims: claimsOf(checksum) });
      const head = await cloud
        .s3(cloud.home)
        .send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }));
      const value = new Map(Object.entries(head)).get(`Checksum${algorithm}`);
      const expected = type === 'COMPOSITE' ? checksum.composite : checksum.fullObject;
      assert.deepEqual([value, head.ChecksumType], [expected, type]);
    },
  ]),
);

/** An object of two parts without additional checksums asked for. */
async function storeTwoParts(cloud: Cloud): Promise<{ Bucket: string; Key: string }> {
  const object = { Bucket: await createBucket(cloud), Key: 'two parts' };
  await uploadParts(cloud, object, { bodies: [partBodies[0] ?? Buffer.of(), Buffer.from('tail')] });
  return object;
}

async function beginUpload(cloud: Cloud): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const object = { Bucket: await createBucket(cloud), Key: 'k é' };
  const { UploadId = '' } = await cloud.s3(cloud.home).send(new CreateMultipartUploadCommand(object));
  return { ...object, UploadId };
}

export const multipartCases: Cases = {
  ...checksumsOfParts,
  'the ETag of a multipart object is the MD5 of the MD5s, and their number': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const { ETag: etag } = await uploadParts(cloud, { Bucket, Key: 'k' }, { bodies: partBodies });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket, Key: 'k' }));
    assert.deepEqual([etag, head.ETag, head.ContentLength], [`"${threePartsETag}"`, `"${threePartsETag}"`, 11_534_336]);
  },
  'a HEAD by part number gives the size of that part and the number of parts': async (cloud) => {
    const object = await storeTwoParts(cloud);
    const s3 = cloud.s3(cloud.home);
    const heads = await Promise.all(
      [1, 2].map(async (PartNumber) => s3.send(new HeadObjectCommand({ ...object, PartNumber }))),
    );
    assert.deepEqual(
      heads.map((head) => [head.ContentLength, head.PartsCount]),
      [
        [5 * 1024 ** 2, 2],
        [4, 2],
      ],
    );
  },
  'a HEAD by part number of an object put at once gives the whole and no number of parts': async (cloud) => {
    const bucket = await createBucket(cloud);
    await put(cloud, { bucket, key: 'k' });
    const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: bucket, Key: 'k', PartNumber: 1 }));
    assert.deepEqual([head.ContentLength, head.PartsCount], [11, undefined]);
  },
  'a HEAD by part number gives the checksum of that part': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const upload = { Bucket, Key: 'k', ChecksumAlgorithm: 'CRC32C' as const };
    await uploadParts(cloud, upload, { bodies: partBodies, claims: claimsOf(partedCrc32c) });
    const head = await cloud
      .s3(cloud.home)
      .send(new HeadObjectCommand({ Bucket, Key: 'k', PartNumber: 2, ChecksumMode: 'ENABLED' }));
    assert.equal(head.ChecksumCRC32C, partedCrc32c.parts[1]);
  },
  'a GET by part number gives the bytes of that part': async (cloud) => {
    const object = await storeTwoParts(cloud);
    const output = await cloud.s3(cloud.home).send(new GetObjectCommand({ ...object, PartNumber: 2 }));
    assert.equal(output.ContentLength, 4);
    assert.deepEqual([await output.Body?.transformToString(), output.PartsCount], ['tail', 2]);
  },
  'the attributes of a multipart object list its parts with their checksums': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const upload = { Bucket, Key: 'k', ChecksumAlgorithm: 'CRC32' as const };
    await uploadParts(cloud, upload, { bodies: partBodies, claims: claimsOf(partedCrc32) });
    const { ObjectParts: listed } = await cloud
      .s3(cloud.home)
      .send(new GetObjectAttributesCommand({ Bucket, Key: 'k', ObjectAttributes: ['ObjectParts'] }));
    assert.equal(listed?.TotalPartsCount, 3);
    assert.deepEqual(
      listed?.Parts?.map((part) => [part.PartNumber, part.Size, storedChecksums(part, 'FULL_OBJECT')[0]?.base64]),
      partBodies.map((body, index) => [index + 1, body.length, partedCrc32.parts[index]]),
    );
  },
  'a part that is too small and not the last is refused': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const bodies = [Buffer.from('small'), Buffer.from('last')];
    await refused(uploadParts(cloud, { Bucket, Key: 'k' }, { bodies }), { status: 400, code: 'EntityTooSmall' });
  },
  'a part that was not uploaded cannot be completed': async (cloud) => {
    const upload = await beginUpload(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }));
    const parts = { Parts: [{ PartNumber: 1, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' }] };
    const request = s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: parts }));
    await refused(request, { status: 400, code: 'InvalidPart' });
  },
  'parts that are not named in order are refused': async (cloud) => {
    const upload = await beginUpload(cloud);
    const s3 = cloud.s3(cloud.home);
    const Parts = await Promise.all(
      [2, 1].map(async (PartNumber) => {
        const Body = partBodies[0] ?? Buffer.of();
        const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
        return { PartNumber, ETag };
      }),
    );
    const request = s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    await refused(request, { status: 400, code: 'InvalidPartOrder' });
  },
  'a part with a wrong checksum is refused': async (cloud) => {
    const upload = await beginUpload(cloud);
    const command = new UploadPartCommand({
      ...upload,
      PartNumber: 1,
      Body: 'hello world',
      ChecksumCRC32: nineDigits.CRC32,
    });
    await refused(cloud.s3(cloud.home).send(command), { status: 400, code: 'BadDigest' });
  },
  'a composite CRC64NVME is refused': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const upload = { Bucket, Key: 'k', ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' } as const;
    const request = cloud.s3(cloud.home).send(new CreateMultipartUploadCommand(upload));
    await refused(request, { status: 400, code: 'InvalidRequest' });
  },
  'an upload in progress is listed with its parts, and no object is there yet': async (cloud) => {
    const { Bucket, Key, UploadId } = await beginUpload(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 3, Body: 'hello world' }));
    const { Parts: parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    const { Uploads: uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    assert.deepEqual(
      [parts?.map(({ PartNumber, Size }) => [PartNumber, Size]), uploads?.map((one) => [one.Key, one.UploadId])],
      [[[3, 11]], [[Key, UploadId]]],
    );
    await refused(s3.send(new HeadObjectCommand({ Bucket, Key })), { status: 404 });
  },
  'an upload that was aborted is gone': async (cloud) => {
    const upload = await beginUpload(cloud);
    const s3 = cloud.s3(cloud.home);
    await s3.send(new AbortMultipartUploadCommand(upload));
    await refused(s3.send(new ListPartsCommand(upload)), { status: 404, code: 'NoSuchUpload' });
  },
  'a part is copied from a range of another object': async (cloud) => {
    const upload = await beginUpload(cloud);
    const s3 = cloud.s3(cloud.home);
    await put(cloud, { bucket: upload.Bucket, key: 'from', body: '0123456789' });
    const copy = { ...upload, PartNumber: 1, CopySource: `${upload.Bucket}/from`, CopySourceRange: 'bytes=2-4' };
    const { CopyPartResult: copied } = await s3.send(new UploadPartCopyCommand(copy));
    const Parts = [{ PartNumber: 1, ETag: copied?.ETag }];
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: upload.Bucket, Key: upload.Key }));
    assert.equal(await body?.transformToString(), '234');
  },
};
