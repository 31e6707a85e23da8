import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  CreateJobCommand,
  DescribeJobCommand,
  S3ControlClient,
  type CreateJobCommandInput,
  type JobDescriptor,
} from '@aws-sdk/client-s3-control';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloud, type Cloud } from '../../../src/sandbox/cloud.ts';

const BUCKET = 'orders-use1';
const SHA256 = (text: string): string => createHash('sha256').update(text).digest('base64');

let cloud: Cloud;
let s3: S3Client;
let control: S3ControlClient;
let list: { readonly ETag: string; readonly rows: readonly string[] };

beforeAll(async () => {
  cloud = await createCloud();
  const { credentials, url } = cloud;
  const region = 'us-east-1';
  s3 = new S3Client({ region, endpoint: url, forcePathStyle: true, credentials, maxAttempts: 1 });
  control = new S3ControlClient({
    region,
    credentials,
    maxAttempts: 1,
    endpointProvider: () => ({ url: new URL(url) }),
  });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
  const put = async (Key: string, more: object = {}): Promise<string> => {
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key, ...more }));
    return `${BUCKET},${encodeURIComponent(Key)},${VersionId ?? ''}`;
  };
  const key = createHash('sha256').update('a key of a customer').digest('base64');
  const rows = [
    await put('a, "b"'),
    await put('cold', { StorageClass: 'DEEP_ARCHIVE' }),
    await put('secret', { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key }),
    `${BUCKET},gone,x`,
    `${BUCKET},parts,${await upload('parts')}`,
  ];
  const { ETag = '' } = await s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 'list.csv', Body: `${rows.join('\n')}\n` }),
  );
  list = { ETag: ETag.replaceAll('"', ''), rows };
});

afterAll(async () => {
  s3.destroy();
  control.destroy();
  await cloud.close();
});

/** In two parts; answers the version ID. */
async function upload(Key: string): Promise<string> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket: BUCKET, Key, ChecksumAlgorithm: 'SHA256' }),
  );
  const Parts = [];
  for (const [index, Body] of [Buffer.alloc(5 * 1024 * 1024), Buffer.from('last')].entries()) {
    const part = { PartNumber: index + 1, ChecksumAlgorithm: 'SHA256' } as const;
    const { ETag, ChecksumSHA256 } = await s3.send(
      new UploadPartCommand({ Bucket: BUCKET, Key, UploadId, Body, ...part }),
    );
    Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumSHA256 });
  }
  const { VersionId = '' } = await s3.send(
    new CompleteMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId, MultipartUpload: { Parts } }),
  );
  return VersionId;
}

type Order = NonNullable<NonNullable<CreateJobCommandInput['Operation']>['S3ComputeObjectChecksum']>;

function jobOf(order: Order, report: object = {}): CreateJobCommandInput {
  return {
    AccountId: cloud.account,
    ConfirmationRequired: false,
    Priority: 1,
    ClientRequestToken: JSON.stringify(order),
    RoleArn: `arn:aws:iam::${cloud.account}:role/batch`,
    Operation: { S3ComputeObjectChecksum: order },
    Manifest: {
      Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key', 'VersionId'] },
      Location: { ObjectArn: `arn:aws:s3:::${BUCKET}/list.csv`, ETag: list.ETag },
    },
    Report: {
      Enabled: true,
      Bucket: `arn:aws:s3:::${BUCKET}`,
      Format: 'Report_CSV_20180820',
      Prefix: 'done',
      ReportScope: 'AllTasks',
      ExpectedBucketOwner: cloud.account,
      ...report,
    },
  };
}

/** Lets sandbox time pass until the job is complete: what it reads it reads in real time. */
async function finished(JobId: string | undefined): Promise<JobDescriptor | undefined> {
  for (let round = 0; round < 200; round += 1) {
    await cloud.clock.advance(1_000);
    await cloud.idle();
    const { Job } = await control.send(new DescribeJobCommand({ AccountId: cloud.account, JobId }));
    if (Job?.Status === 'Complete') return Job;
  }
  throw new Error('the job does not end');
}

/** The last columns of the report, by key. */
async function reportOf(
  order: Order,
  ClientRequestToken = JSON.stringify(order),
): Promise<ReadonlyMap<string, string>> {
  const { JobId } = await control.send(new CreateJobCommand({ ...jobOf(order), ClientRequestToken }));
  expect(await finished(JobId)).toMatchObject({ Operation: { S3ComputeObjectChecksum: order } });
  const found = new Map<string, string>();
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `done/job-${String(JobId)}/results/` }),
  );
  for (const { Key } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    for (const row of ((await Body?.transformToString()) ?? '').trim().split('\n')) {
      const [, key = '', , ...rest] = row.split(',');
      found.set(decodeURIComponent(key.replaceAll('+', ' ')), rest.join(','));
    }
  }
  return found;
}

describe('a job that computes checksums', () => {
  it('reads what is stored, of any class, and says of what it could not', async () => {
    const report = await reportOf({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' });
    expect(report.get('a, "b"')).toContain(`""checksum_base64"":""${SHA256('a, "b"')}""`);
    expect(report.get('cold')).toContain(SHA256('cold'));
    expect(report.get('secret')).toMatch(/^failed,400,SseCustomerKeyNotSupported/);
    expect(report.get('gone')).toMatch(/^failed,404,SrcKeyNotFound/);
  });

  it('notices damage that no header shows', async () => {
    const order = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const before = (await reportOf(order)).get('cold');
    await cloud.s3.corrupt({ bucket: BUCKET, key: 'cold' }, { kind: 'flip' });
    const after = (await reportOf(order, 'again')).get('cold');
    expect(before).toContain('checksum_base64');
    expect(after).toContain('checksum_base64');
    expect(after).not.toBe(before);
  });

  it('computes a composite over the parts of an upload', async () => {
    const report = await reportOf({ ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' });
    const parts = [Buffer.alloc(5 * 1024 * 1024), Buffer.from('last')];
    const digests = parts.map((part) => createHash('sha256').update(part).digest());
    const composite = createHash('sha256').update(Buffer.concat(digests)).digest('base64');
    expect(report.get('parts')).toContain(`""${composite}""`);
  });

  it.each<[string, Order, object]>([
    ['a composite of an algorithm that has none', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }, {}],
    ['an algorithm of tomorrow', { ChecksumAlgorithm: 'CRC128' as 'CRC32' }, {}],
    ['a report without the owner of its bucket', { ChecksumAlgorithm: 'MD5' }, { ExpectedBucketOwner: undefined }],
    ['no report', { ChecksumAlgorithm: 'MD5' }, { Enabled: false }],
  ])('is refused with %s', async (_, order, report) => {
    await expect(control.send(new CreateJobCommand(jobOf(order, report)))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
  });
});
