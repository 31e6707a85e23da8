import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Drift } from '../../src/sandbox/s3/drift.ts';
import { type BucketName, HOME, type PairStage } from './pair-stage.ts';

/** The least that S3 takes as a part that is not the last. */
const PART_BYTES = 5 * 1024 * 1024;

export interface Written {
  readonly text?: string;
  /** Encrypted by the key of the bucket; otherwise by S3. */
  readonly kms?: boolean;
}

/** One bucket of a pair, and what somebody can do to it. */
export interface PlantedSide {
  /** Answers the version ID. */
  put(key: string, written?: Written): Promise<string>;
  /** In two parts, with a SHA-256 of each. */
  upload(key: string, written?: Written): Promise<string>;
  /** Removes a version for good; left out: the current one. */
  remove(key: string, versionId?: string): Promise<void>;
  /** Leaves a delete marker, and answers its version ID. */
  hide(key: string): Promise<string>;
  /** Changes the current version underneath S3. */
  drift(key: string, change: Drift): Promise<void>;
}

export function createPlantedSide(stage: PairStage, bucket: BucketName): PlantedSide {
  const s3 = stage.sdk.s3(HOME[bucket]);
  const encryption = (kms: boolean | undefined) => (kms === true ? {} : ({ ServerSideEncryption: 'AES256' } as const));
  return {
    async put(key, { text = key, kms } = {}) {
      const { VersionId = 'null' } = await s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'text/plain', ...encryption(kms) }),
      );
      return VersionId;
    },
    async upload(key, { text = key, kms } = {}) {
      const at = { Bucket: bucket, Key: key };
      const { UploadId } = await s3.send(
        new CreateMultipartUploadCommand({
          ...at,
          ChecksumAlgorithm: 'SHA256',
          ContentType: 'text/plain',
          ...encryption(kms),
        }),
      );
      const Parts = [];
      for (const [index, Body] of [Buffer.alloc(PART_BYTES, text), Buffer.from(text)].entries()) {
        const part = { ...at, UploadId, PartNumber: index + 1, ChecksumAlgorithm: 'SHA256' as const };
        const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand({ ...part, Body }));
        Parts.push({ PartNumber: index + 1, ETag, ChecksumSHA256 });
      }
      const { VersionId = 'null' } = await s3.send(
        new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }),
      );
      return VersionId;
    },
    async remove(key, versionId) {
      const found = versionId ?? (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).VersionId;
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: found ?? 'null' }));
    },
    async hide(key) {
      const { VersionId = 'null' } = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
      return VersionId;
    },
    async drift(key, change) {
      await stage.cloud.s3.corrupt({ bucket, key }, { kind: 'drift', change });
    },
  };
}
