import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3, type LocalS3 } from './local-s3.ts';

const Bucket = 'parts-euw1';
const MIB = 1024 * 1024;
const PARTS = [Buffer.alloc(5 * MIB, 'a'), Buffer.alloc(5 * MIB, 'b'), Buffer.alloc(MIB, 'c')] as const;
const SUM_FIELDS = /^Checksum[A-Z0-9]+$/;

let s3: LocalS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3();
  // Checksums only where the tests ask for one.
  client = s3.client('eu-west-1', { requestChecksumCalculation: 'WHEN_REQUIRED' });
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
});

afterAll(async () => {
  await s3.close();
});

type Options = Partial<CreateMultipartUploadCommandInput>;

async function upload(Key: string, bodies: readonly Buffer[], options: Options = {}) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }));
  const Parts: CompletedPart[] = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const part = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: options.ChecksumAlgorithm }),
    );
    const sums = Object.entries(part).filter(([name]) => SUM_FIELDS.test(name));
    Parts.push({ ...Object.fromEntries(sums), PartNumber, ETag: part.ETag });
  }
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
}

describe('multipart uploads', () => {
  it.each([
    ['CRC32', 'COMPOSITE', 'g3h92w==-3'],
    ['CRC32', 'FULL_OBJECT', 'ghcp9Q=='],
    ['CRC32C', 'COMPOSITE', '8h9yHQ==-3'],
    ['CRC32C', 'FULL_OBJECT', 'xkHnaQ=='],
    ['CRC64NVME', 'FULL_OBJECT', 'vVljL2SdSfw='],
    ['SHA1', 'COMPOSITE', '8FdhjuS1FlsHCWnzQL4kzwtEraE=-3'],
    ['SHA256', 'COMPOSITE', '8CoHUqr+BYTSQ9GpmoDDkzIU8bbFzepS7H15yNS3XqU=-3'],
  ] as const)('have the %s %s checksum of the published vector', async (algorithm, type, expected) => {
    const Key = `${algorithm}-${type}`;
    const input = await upload(Key, PARTS, { ChecksumAlgorithm: algorithm, ChecksumType: type });
    const completed = await client.send(new CompleteMultipartUploadCommand(input));
    expect(completed).toMatchObject({
      ETag: '"7f636b2c1182136c010c5860a051b3e8-3"',
      [`Checksum${algorithm}`]: expected,
      ChecksumType: type,
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED', PartNumber: 3 }));
    expect(head).toMatchObject({ PartsCount: 3, ContentLength: MIB });
    const whole = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(whole).toMatchObject({ [`Checksum${algorithm}`]: expected, ContentLength: 11 * MIB });
    // Without the number of parts, other than everywhere else.
    const attributes = await client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key,
        ObjectAttributes: ['Checksum', 'ObjectParts', 'ETag'],
        MaxParts: 2,
      }),
    );
    expect(attributes).toMatchObject({
      ETag: '7f636b2c1182136c010c5860a051b3e8-3',
      Checksum: { [`Checksum${algorithm}`]: expected.replace(/-3$/, ''), ChecksumType: type },
      ObjectParts: { TotalPartsCount: 3, IsTruncated: true, NextPartNumberMarker: '2' },
    });
    expect(attributes.ObjectParts?.Parts).toHaveLength(2);
  });

  it('give back every part by its number, and all bytes in order', async () => {
    const input = await upload('whole', PARTS);
    await client.send(new CompleteMultipartUploadCommand(input));
    const second = await client.send(new GetObjectCommand({ Bucket, Key: 'whole', PartNumber: 2 }));
    expect(Buffer.from((await second.Body?.transformToByteArray()) ?? []).equals(PARTS[1])).toBe(true);
    const all = await client.send(new GetObjectCommand({ Bucket, Key: 'whole' }));
    expect(Buffer.from((await all.Body?.transformToByteArray()) ?? []).equals(Buffer.concat(PARTS))).toBe(true);
    const across = await client.send(
      new GetObjectCommand({ Bucket, Key: 'whole', Range: `bytes=${5 * MIB - 2}-${5 * MIB + 1}` }),
    );
    expect(await across.Body?.transformToString()).toBe('aabb');
    // Nobody asked for a checksum: S3 names none of the parts.
    const { ObjectParts } = await client.send(
      new GetObjectAttributesCommand({ Bucket, Key: 'whole', ObjectAttributes: ['ObjectParts'] }),
    );
    expect(ObjectParts).toEqual({ TotalPartsCount: 3 });
  });

  it.each([
    ['a small part that is not the last', [PARTS[2], PARTS[0]], (parts: CompletedPart[]) => parts, 'EntityTooSmall'],
    ['parts out of order', [PARTS[0], PARTS[2]], (parts: CompletedPart[]) => parts.toReversed(), 'InvalidPartOrder'],
    [
      'an ETag of another part',
      [PARTS[0], PARTS[2]],
      ([one, two]: CompletedPart[]) => [one, { ...two, ETag: one?.ETag }],
      'InvalidPart',
    ],
    [
      'a part that was not uploaded',
      [PARTS[2]],
      ([one]: CompletedPart[]) => [{ ...one, PartNumber: 7 }],
      'InvalidPart',
    ],
  ])('are not completed with %s', async (_, bodies, change, name) => {
    const input = await upload('broken', bodies);
    const Parts = change(input.MultipartUpload.Parts) as CompletedPart[];
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...input, MultipartUpload: { Parts } })),
    ).rejects.toMatchObject({ name });
  });

  it('refuse a part that is not what its checksum says', async () => {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ Bucket, Key: 'part', ChecksumAlgorithm: 'SHA256' }),
    );
    const at = { Bucket, Key: 'part', UploadId, PartNumber: 1 };
    const ChecksumSHA256 = createHash('sha256').update('b').digest('base64');
    await expect(client.send(new UploadPartCommand({ ...at, Body: 'a', ChecksumSHA256 }))).rejects.toMatchObject({
      name: 'BadDigest',
    });
    await expect(
      client.send(new UploadPartCommand({ ...at, Body: 'a', ChecksumCRC32: '6Le+Qw==' })),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(client.send(new UploadPartCommand({ ...at, PartNumber: 10_001, Body: 'a' }))).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
  });

  it('need the checksum of every part where they are composite', async () => {
    const input = await upload('composite', [PARTS[2]], { ChecksumAlgorithm: 'SHA256' });
    const [part] = input.MultipartUpload.Parts;
    const Parts = [{ PartNumber: 1, ETag: part?.ETag }];
    await expect(
      client.send(new CompleteMultipartUploadCommand({ ...input, MultipartUpload: { Parts } })),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  it('are listed with their parts until they are completed, and dated from their beginning', async () => {
    const input = await upload('listed', [PARTS[0], PARTS[2]]);
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'listed' }));
    expect(uploads.Uploads).toMatchObject([{ Key: 'listed', UploadId: input.UploadId }]);
    const page = await client.send(
      new ListPartsCommand({ Bucket, Key: 'listed', UploadId: input.UploadId, MaxParts: 1 }),
    );
    expect(page).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '1',
      Parts: [{ PartNumber: 1, Size: 5 * MIB }],
    });
    await s3.clock.advance(90_000);
    await client.send(new CompleteMultipartUploadCommand(input));
    const { LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: 'listed' }));
    expect(s3.clock.now() - (LastModified?.getTime() ?? 0)).toBeGreaterThanOrEqual(89_000);
    const after = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'listed' }));
    expect(after.Uploads).toBeUndefined();
    await expect(client.send(new CompleteMultipartUploadCommand(input))).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  it('copy parts from ranges of objects', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'copied' }));
    const at = { Bucket, Key: 'copied', UploadId };
    const part = { ...at, PartNumber: 1, CopySource: `${Bucket}/source` };
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...part, CopySourceRange: 'bytes=2-5' }));
    await expect(
      client.send(new UploadPartCopyCommand({ ...part, CopySourceRange: 'bytes=2-50' })),
    ).rejects.toMatchObject({ name: 'InvalidArgument' });
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
    await client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'copied' }));
    expect(await Body?.transformToString()).toBe('2345');
  });
});
