import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type HeadObjectCommandOutput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { unlessGone } from './is-gone.ts';
import type { Stage } from './stage.ts';
import { awaitAnswer } from './time.ts';

/** The smallest part that S3 takes unless it is the last. */
const PART_BYTES = 5 * 1024 * 1024;

/** An object of the run in one of its buckets in the source's Region. */
export interface SmokeObject {
  readonly bucket: string;
  readonly key: string;
}

/** Writes a small object and answers its version ID. */
export async function putSmall(
  { clients, source }: Stage,
  { bucket, key }: SmokeObject,
  how: Partial<PutObjectCommandInput> = {},
): Promise<string | undefined> {
  const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: `smoke ${key}`, ...how });
  return (await clients.s3(source).send(command)).VersionId;
}

export interface PartsChecksum {
  readonly algorithm: 'CRC32C' | 'CRC64NVME';
  readonly type: 'COMPOSITE' | 'FULL_OBJECT';
}

/** Writes an object in two parts and answers its version ID. */
export async function putInParts(
  { clients, source }: Stage,
  { bucket, key }: SmokeObject,
  { algorithm, type }: PartsChecksum,
): Promise<string | undefined> {
  const s3 = clients.s3(source);
  const target = { Bucket: bucket, Key: key };
  const checksum = { ChecksumAlgorithm: algorithm } as const;
  const created = await s3.send(new CreateMultipartUploadCommand({ ...target, ...checksum, ChecksumType: type }));
  const upload = { ...target, UploadId: created.UploadId };
  const Parts = [];
  for (const [index, size] of [PART_BYTES, 1024].entries()) {
    const PartNumber = index + 1;
    const Body = new Uint8Array(size).fill(PartNumber);
    const part = await s3.send(new UploadPartCommand({ ...upload, ...checksum, PartNumber, Body }));
    const { ETag, ChecksumCRC32C, ChecksumCRC64NVME } = part;
    Parts.push({ PartNumber, ETag, ChecksumCRC32C, ChecksumCRC64NVME });
  }
  const MultipartUpload = { Parts };
  const done = await s3.send(new CompleteMultipartUploadCommand({ ...upload, ChecksumType: type, MultipartUpload }));
  return done.VersionId;
}

/** Headers of the version with its stored checksums, without what differs with each answer. */
export async function headOf(
  { clients }: Stage,
  { bucket, key, region }: SmokeObject & { readonly region: string },
  VersionId: string | undefined,
): Promise<HeadersOf> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId, ChecksumMode: 'ENABLED' });
  const { $metadata: _, ...headers } = await clients.s3(region).send(command);
  return headers;
}

/** Headers of a source that has been replicated, and of its replica; `undefined` when it has not been in time. */
export async function headPair(
  stage: Stage,
  key: string,
  versionId: string | undefined,
): Promise<{ readonly source: HeadersOf; readonly replica: HeadersOf } | undefined> {
  const { names, time } = stage;
  // For a while after versioning was enabled, S3 may not find what was just written.
  const source = await awaitAnswer(time, async () => {
    const headers = await unlessGone(() =>
      headOf(stage, { bucket: names.sourceBucket, key, region: stage.source }, versionId),
    );
    return headers?.ReplicationStatus === 'PENDING' ? undefined : headers;
  });
  if (source === undefined || !String(source.ReplicationStatus).startsWith('COMPLETE')) return undefined;
  const replica = await awaitAnswer(time, () =>
    unlessGone(() => headOf(stage, { bucket: names.replicaBucket, key, region: stage.destination }, versionId)),
  );
  return replica === undefined ? undefined : { source, replica };
}

type HeadersOf = Omit<HeadObjectCommandOutput, '$metadata'>;
