import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { HoldfastError } from '../../errors.ts';
import { CANARY_PARTS_BYTES, isCanary } from '../../model/canary.ts';
import { type Observation, present } from '../../model/observation.ts';
import type { Call, CanaryObject, CanaryWriter } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toObservation } from './translate-error.ts';

/** The only writer of objects that there is. */
export function createS3CanaryWriter(clients: Pick<Clients, 's3'>): CanaryWriter {
  return {
    async put(canary, call): Promise<Observation<string>> {
      const { key, region } = canary;
      if (!isCanary({ key })) {
        const message = `CanaryWriter.put failed: expected a key of our own, got ${key}`;
        throw new HoldfastError('unexpected', 'CanaryWriter.put', message);
      }
      try {
        const s3 = clients.s3(region);
        const versionId = canary.inParts === true ? await upload(s3, canary, call) : await putAtOnce(s3, canary, call);
        return versionId === undefined ? { state: 'absent' } : present(versionId);
      } catch (error) {
        return toObservation(error, 'CanaryWriter.put');
      }
    },
  };
}

type S3 = ReturnType<Clients['s3']>;

async function putAtOnce(s3: S3, canary: CanaryObject, { signal }: Call): Promise<string | undefined> {
  const command = new PutObjectCommand({ ...headersOf(canary), Body: canary.text });
  const { VersionId: versionId } = await s3.send(command, { abortSignal: signal });
  return versionId;
}

/** What went wrong half-way is taken back: nobody pays for parts that nobody sees. */
async function upload(s3: S3, canary: CanaryObject, { signal }: Call): Promise<string | undefined> {
  const options = { abortSignal: signal };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(headersOf(canary)), options);
  const at = { Bucket: canary.bucket, Key: canary.key, UploadId };
  try {
    const Parts = [];
    for (const [index, Body] of [Buffer.alloc(CANARY_PARTS_BYTES, '.'), Buffer.from(canary.text)].entries()) {
      const part = { ...at, PartNumber: index + 1, Body, ChecksumAlgorithm: 'CRC32' } as const;
      const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(part), options);
      Parts.push({ PartNumber: part.PartNumber, ETag, ChecksumCRC32 });
    }
    const complete = new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } });
    const { VersionId: versionId } = await s3.send(complete, options);
    return versionId;
  } catch (error) {
    // Where even that fails, the lifecycle rule for abandoned uploads is left; why the upload failed is worth more.
    await s3.send(new AbortMultipartUploadCommand(at), options).catch(() => undefined);
    throw error;
  }
}

function headersOf({ bucket, key, kmsKeyId, tags = {} }: CanaryObject) {
  const tagging = Object.entries(tags).map((tag) => tag.map((text) => encodeURIComponent(text)).join('='));
  return {
    Bucket: bucket,
    Key: key,
    ContentType: 'text/plain',
    ...(tagging.length === 0 ? {} : { Tagging: tagging.join('&') }),
    ChecksumAlgorithm: 'CRC32', // a bucket with Object Lock takes nothing without one
    // Whether with a bucket key is left to the bucket: the canary is to be encrypted as everything else there.
    ...(kmsKeyId === undefined
      ? { ServerSideEncryption: 'AES256' as const }
      : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyId }),
  } as const;
}
