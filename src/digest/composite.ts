import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm } from '../model/checksum.ts';
import { createDigester } from './digester.ts';

/**
 * The `COMPOSITE` checksum of an object from the checksums of its parts in order: the digest of their concatenated bytes.
 * Base64 without the `-N`. S3 makes none for CRC64NVME.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export async function compositeChecksum(algorithm: ChecksumAlgorithm, partBase64s: readonly string[]): Promise<string> {
  const digester = await createDigester(algorithm);
  for (const base64 of partBase64s) digester.update(Buffer.from(base64, 'base64'));
  return Buffer.from(digester.digest()).toString('base64');
}

/** The ETag of a multipart object, without quotes, from the MD5s of its parts in order, in hex. Holds for plaintext and SSE-S3. */
export function multipartETag(partMd5Hex: readonly string[]): string {
  const hash = createHash('md5');
  for (const hex of partMd5Hex) hash.update(hex, 'hex');
  return `${hash.digest('hex')}-${partMd5Hex.length}`;
}
