import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Cloud } from './contract.ts';
import { threeParts } from './vectors.ts';

/** The bytes of the parts in `vectors.ts`. */
export const partBodies: readonly Buffer[] = threeParts.map(({ letter, sizeBytes }) => Buffer.alloc(sizeBytes, letter));

export interface PartedUpload extends CreateMultipartUploadCommandInput {
  readonly Bucket: string;
  readonly Key: string;
}

export interface UploadedParts {
  readonly bodies: readonly Uint8Array[];
  /** Members beside number and ETag: the checksum of each part. */
  readonly claims?: readonly object[];
}

/** Uploads parts and completes them. */
export async function uploadParts(
  cloud: Cloud,
  upload: PartedUpload,
  { bodies, claims = [] }: UploadedParts,
): Promise<CompleteMultipartUploadCommandOutput> {
  const s3 = cloud.unusualS3(cloud.home, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  const { Bucket, Key } = upload;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  const Parts = [];
  for (const [index, Body] of bodies.entries()) {
    const part = { PartNumber: index + 1, ...claims[index] };
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, Body, ...part }));
    Parts.push({ ...part, ETag });
  }
  return s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
}
