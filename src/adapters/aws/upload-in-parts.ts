import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Call } from '../../ports.ts';
import type { Clients } from './clients.ts';

/** Bytes of a part: one is held in memory, and ten thousand of them are 80 GB. */
const PART_BYTES = 8 * 2 ** 20;

export interface Upload {
  readonly object: Pick<
    PutObjectCommandInput,
    'Bucket' | 'Key' | 'ContentType' | 'ChecksumAlgorithm' | 'ObjectLockMode' | 'ObjectLockRetainUntilDate'
  >;
  readonly chunks: Iterable<string> | AsyncIterable<string>;
}

/** Uploads text of any length, with memory for one part; what fits into one part goes in one request. Answers the version ID. */
export async function uploadInParts(
  s3: ReturnType<Clients['s3']>,
  { object, chunks }: Upload,
  { signal }: Call,
): Promise<string | undefined> {
  const options = { abortSignal: signal };
  const parts = toParts(chunks);
  const first = await parts.next();
  const second = first.done === true ? first : await parts.next();
  if (first.done === true || second.done === true) {
    const Body = first.done === true ? Buffer.alloc(0) : first.value;
    const { VersionId: versionId } = await s3.send(new PutObjectCommand({ ...object, Body }), options);
    return versionId;
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object), options);
  const at = { Bucket: object.Bucket, Key: object.Key, UploadId };
  try {
    const uploaded: CompletedPart[] = [];
    for await (const Body of join([first.value, second.value], parts)) {
      const part = { ...at, PartNumber: uploaded.length + 1, Body, ChecksumAlgorithm: 'CRC32' } as const;
      const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(part), options);
      uploaded.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
    }
    const complete = new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: uploaded } });
    const { VersionId: versionId } = await s3.send(complete, options);
    return versionId;
  } catch (error) {
    // Where even that fails, the lifecycle rule for abandoned uploads is left; why the upload failed is worth more.
    await s3.send(new AbortMultipartUploadCommand(at)).catch(() => undefined);
    throw error;
  }
}

/** Every part but the last is as long as a part is, or longer by one chunk. */
async function* toParts(chunks: Upload['chunks']): AsyncGenerator<Buffer, undefined> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const next = Buffer.from(chunk);
    waiting.push(next);
    bytes += next.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(waiting);
  return undefined;
}

async function* join(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
