import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketReplicationCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { MARK } from './names.ts';
import type { RunTime } from './time.ts';

export interface BucketOfRun {
  readonly bucket: string;
  readonly run: string;
  readonly time: RunTime;
}

/** A replica that was under way may still arrive in a bucket that was just emptied. */
const ROUNDS = 6;
const AGAIN_MS = 10_000;

/**
 * Empties and deletes a bucket that carries the tag of the run. One without the tag is only deleted, which S3 refuses unless it
 * is empty: that is how a run leaves it that died between creating and tagging.
 */
export async function deleteBucket(s3: S3Client, { bucket, run, time }: BucketOfRun): Promise<void> {
  const isOurs = await carriesTag(s3, { bucket, run });
  if (isOurs) await s3.send(new DeleteBucketReplicationCommand({ Bucket: bucket }));
  for (let round = 1; ; round += 1) {
    if (isOurs) await empty(s3, bucket);
    try {
      await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
      return;
    } catch (error) {
      const mayYetWork = isOurs && round < ROUNDS && error instanceof Error && error.name === 'BucketNotEmpty';
      if (!mayYetWork) throw error;
      await time.pause(AGAIN_MS);
    }
  }
}

async function carriesTag(s3: S3Client, { bucket, run }: Omit<BucketOfRun, 'time'>): Promise<boolean> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: bucket }));
    return TagSet.some(({ Key, Value }) => Key === MARK && Value === run);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchTagSet') return false;
    throw error;
  }
}

async function empty(s3: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first !== undefined)
      throw new Error(`${Errors.length} versions cannot be deleted: ${first.Code} ${first.Message}`);
  }
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
}
