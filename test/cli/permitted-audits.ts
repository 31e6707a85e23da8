import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutBucketOwnershipControlsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

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
