import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3, type LocalS3 } from './local-s3.ts';

const Bucket = 'faulty-euw1';
const KEY_ID = 'arn:aws:kms:eu-west-1:111122223333:key/0f0f0f0f-1111-2222-3333-444455556666';

let s3: LocalS3;
let client: S3Client;

beforeEach(async () => {
  s3 = await startS3();
  client = s3.client();
  await client.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
});

afterEach(async () => {
  await s3.close();
});

async function put(Key: string, Body: string | Buffer = 'content', more: Partial<PutObjectCommandInput> = {}) {
  return await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

const head = async (Key: string) => await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));

/** What is stored, whatever the SDK thinks of its checksum. */
async function stored(Key: string): Promise<Buffer> {
  const trusting = s3.client('eu-west-1', { responseChecksumValidation: 'WHEN_REQUIRED' });
  const { Body } = await trusting.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe('damage', () => {
  it.each([
    ['in memory', 1000],
    ['in a file', 700_000],
  ])('of one byte %s shows only to who reads', async (_, size) => {
    const content = Buffer.alloc(size, 'abc');
    await put('k', content);
    const before = await head('k');
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }));
    expect(await s3.service.corrupt({ bucket: Bucket, key: 'k' }, { kind: 'flip', offset: 501 })).toEqual({
      versionId: 'null',
      offset: 501,
    });
    expect({ ...(await head('k')), $metadata: 0 }).toEqual({ ...before, $metadata: 0 });
    const damaged = await stored('k');
    expect([...damaged.keys()].filter((index) => damaged[index] !== content[index])).toEqual([501]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    await expect(Body?.transformToByteArray()).rejects.toThrow(/Checksum mismatch/);
    // The copy shares the bytes, not the damage.
    expect((await stored('copy')).equals(content)).toBe(true);
  });

  it.each([
    ['in memory', 1000],
    ['in a file', 700_000],
  ])('that cuts off bytes %s leaves the recorded size', async (_, size) => {
    const content = Buffer.alloc(size, 'abc');
    await put('k', content);
    await s3.service.corrupt({ bucket: Bucket, key: 'k' }, { kind: 'truncate', sizeBytes: 400 });
    expect((await head('k')).ContentLength).toBe(size);
    expect((await stored('k')).equals(content.subarray(0, 400))).toBe(true);
    expect(s3.service.versions(Bucket)).toMatchObject([{ key: 'k', sizeBytes: size, storedBytes: 400 }]);
  });

  it.each([
    [{ kind: 'flip', offset: 0 } as const, Buffer.from([0x63 ^ 0xff, ...Buffer.from('ontent')])],
    [{ kind: 'truncate', offset: 3 } as const, Buffer.from('con')],
  ])('can be planted for an upload to come: %j', async (fault, expected) => {
    s3.faults.plant({ ...fault, bucket: Bucket, key: 'future', times: 1 });
    expect((await put('future')).ETag).toBe(`"${createHash('md5').update('content').digest('hex')}"`);
    expect((await head('future')).ContentLength).toBe(7);
    expect(await stored('future')).toEqual(expected);
    await put('future');
    expect((await stored('future')).toString()).toBe('content');
  });
});

describe('refusals', () => {
  it('throttle every operation on what they name', async () => {
    await put('k');
    s3.faults.plant({ kind: 'throttle', bucket: Bucket, key: 'k', times: 2 });
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
      name: 'SlowDown',
      message: 'Please reduce your request rate.',
      $metadata: { httpStatusCode: 503 },
    });
    // A HEAD has no body to say why.
    await expect(head('k')).rejects.toMatchObject({ name: 'Unknown', $metadata: { httpStatusCode: 503 } });
    expect((await head('k')).ContentLength).toBe(7);
  });

  it('deny access', async () => {
    s3.faults.plant({ kind: 'deny', operation: 'PutObject', key: 'secret/*' });
    await expect(put('secret/1')).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    await put('open/1');
  });

  it.each([
    ['kms-throttle', 503, 'SlowDown', 'Please reduce your request rate for operations involving AWS KMS.'],
    ['key-unusable', 400, 'KMS.DisabledException', expect.stringContaining('disabled') as string],
  ] as const)('%s hits only what needs KMS', async (kind, httpStatusCode, name, message) => {
    await put('plain');
    await put('kms', 'content', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ID });
    s3.faults.plant({ kind });
    const refused = { name, message, $metadata: { httpStatusCode } };
    const at = { Bucket, Key: 'kms' };
    await expect(client.send(new GetObjectCommand(at))).rejects.toMatchObject(refused);
    await expect(
      client.send(new GetObjectAttributesCommand({ ...at, ObjectAttributes: ['ObjectSize'] })),
    ).rejects.toMatchObject(refused);
    await expect(put('kms', '2', { ServerSideEncryption: 'aws:kms' })).rejects.toMatchObject(refused);
    await expect(head('kms')).rejects.toMatchObject({ name: 'Unknown', $metadata: { httpStatusCode } });
    // Without the checksum a HEAD asks nothing of KMS.
    expect((await client.send(new HeadObjectCommand(at))).SSEKMSKeyId).toBe(KEY_ID);
    expect((await stored('plain')).toString()).toBe('content');
  });

  it('name an operation that is not there', async () => {
    const response = await fetch(`${s3.endpoint}/${Bucket}?website`);
    expect(response.status).toBe(501);
    expect(await response.text()).toContain('<ResourceType>website</ResourceType>');
    expect(response.headers.get('x-amz-id-2')).toMatch(/=$/);
  });
});

describe('encryption', () => {
  it('makes the ETag opaque and is echoed', async () => {
    const md5 = createHash('md5').update('content').digest('hex');
    const asked = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ID, BucketKeyEnabled: true } as const;
    const { ETag } = await put('k', 'content', asked);
    expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(ETag).not.toBe(`"${md5}"`);
    expect(await head('k')).toMatchObject({ ...asked, ETag });
  });

  it('is that of the bucket where the upload says nothing', async () => {
    const { ServerSideEncryptionConfiguration: byDefault } = await client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    expect(byDefault?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ID } as const;
    await client.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }] },
      }),
    );
    await put('k');
    expect(await head('k')).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KEY_ID,
      BucketKeyEnabled: true,
    });
  });

  it('with a customer key needs that key to look', async () => {
    await put('k', 'content', customer('a'));
    const at = { Bucket, Key: 'k' };
    await expect(head('k')).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    await expect(client.send(new HeadObjectCommand({ ...at, ...customer('b') }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await expect(client.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'InvalidRequest' });
    const { Body } = await client.send(new GetObjectCommand({ ...at, ...customer('a') }));
    expect(await Body?.transformToString()).toBe('content');
  });
});

function customer(
  fill: string,
): Pick<PutObjectCommandInput, 'SSECustomerAlgorithm' | 'SSECustomerKey' | 'SSECustomerKeyMD5'> {
  const key = Buffer.alloc(32, fill);
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: key.toString('base64'),
    SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
  };
}
