import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutBucketOwnershipControlsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

/** Where reports are kept under lock, and lists and reports of jobs, by Region. */
export const SHELVES = { 'us-east-1': 'shelf-use1', 'eu-west-1': 'shelf-euw1' } as const;

export async function makeShelves({ sdk }: PairStage): Promise<void> {
  for (const [region, Bucket] of Object.entries(SHELVES)) {
    const elsewhere =
      region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' as const } };
    await sdk.s3(region).send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true, ...elsewhere }));
  }
}

/** Lifecycle rules of both buckets moved it to where it has to be restored from. */
export async function archive({ cloud }: PairStage): Promise<void> {
  const change = { storageClass: 'DEEP_ARCHIVE' };
  for (const bucket of [SOURCE, DESTINATION])
    await cloud.s3.corrupt({ bucket, key: 'without' }, { kind: 'drift', change });
}

/** Inventories of both buckets that list nothing, as S3 delivers them. */
export async function deliverInventories({ sdk }: PairStage, bucket: string): Promise<void> {
  const md5 = (body: Buffer | string): string => createHash('md5').update(body).digest('hex');
  for (const sourceBucket of [SOURCE, DESTINATION]) {
    const data = gzipSync('');
    const key = `${sourceBucket}/data/0.csv.gz`;
    const manifest = JSON.stringify({
      sourceBucket,
      creationTimestamp: '1793577600000',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size, LastModifiedDate, ETag, StorageClass',
      files: [{ key, size: data.length, MD5checksum: md5(data) }],
    });
    const files = { [key]: data, [`${sourceBucket}/manifest.json`]: manifest };
    for (const [Key, Body] of Object.entries({ ...files, [`${sourceBucket}/manifest.checksum`]: md5(manifest) }))
      await sdk.s3(HOME[SOURCE]).send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
}

/** Owners of objects may be others than those of the buckets: then ACLs are compared. */
export async function letAclsCount({ sdk }: PairStage): Promise<void> {
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' as const }] };
  for (const Bucket of [SOURCE, DESTINATION] as const)
    await sdk.s3(HOME[Bucket]).send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
}
