import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createDigester } from '../src/digest/digester.ts';
import type { ChecksumAlgorithm } from '../src/model/checksum.ts';
import type { DemoObject } from './demo-object.ts';

/** What is uploaded, whatever is expected of it. */
export type Uploaded = Omit<DemoObject, 'what' | 'expect' | 'sizeBytes'>;

/** Puts one object as its description says and returns the version ID that S3 gave it. */
export async function upload(client: S3Client, bucket: string, object: Uploaded): Promise<string> {
  const address = { Bucket: bucket, Key: object.key };
  const versionId =
    object.partSizes === undefined
      ? await putWhole(client, address, object)
      : await putParts(client, address, { ...object, partSizes: object.partSizes });
  if (versionId === undefined) throw new Error(`expected a version ID for ${object.key}, got none`);
  return versionId;
}

interface Address {
  readonly Bucket: string;
  readonly Key: string;
}

async function putWhole(client: S3Client, address: Address, object: Uploaded): Promise<string | undefined> {
  const content = await object.content();
  const output = await client.send(
    new PutObjectCommand({
      ...address,
      ...object.options,
      ...(await checksumOf(object, content)),
      Body: content,
    }),
  );
  return output.VersionId;
}

async function putParts(
  client: S3Client,
  address: Address,
  object: Uploaded & { readonly partSizes: readonly number[] },
): Promise<string | undefined> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...address,
      ...object.options,
      ...(object.checksum === undefined ? {} : { ChecksumAlgorithm: object.checksum }),
      ...(object.checksumType === undefined ? {} : { ChecksumType: object.checksumType }),
    }),
  );
  const content = await object.content();
  const parts = [];
  let offset = 0;
  for (const [index, size] of object.partSizes.entries()) {
    const body = content.subarray(offset, (offset += size));
    const checksum = await checksumOf(object, body);
    const part = { ...address, UploadId, PartNumber: index + 1, Body: body, ...checksum };
    const { ETag } = await client.send(new UploadPartCommand(part));
    parts.push({ PartNumber: index + 1, ETag, ...checksum });
  }
  const output = await client.send(
    new CompleteMultipartUploadCommand({ ...address, UploadId, MultipartUpload: { Parts: parts } }),
  );
  return output.VersionId;
}

/** Computed here, so that algorithms which the SDK lacks can be sent as well. */
async function checksumOf({ checksum }: Uploaded, body: Uint8Array): Promise<Record<string, string>> {
  return checksum === undefined ? {} : { [`Checksum${checksum}`]: await digestOf(checksum, body) };
}

async function digestOf(algorithm: ChecksumAlgorithm, content: Uint8Array): Promise<string> {
  const digester = await createDigester(algorithm);
  digester.update(content);
  return Buffer.from(digester.digest()).toString('base64');
}
