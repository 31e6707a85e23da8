import { compositeChecksum } from '../../digest/composite.ts';
import { digestContent } from '../../digest/content-reader.ts';
import type { ChecksumAlgorithm, ChecksumType } from '../../model/checksum.ts';
import { usesKms } from './encryption.ts';
import { principalOf } from './role-access.ts';
import type { S3Cloud } from './s3-cloud.ts';
import type { Bucket, ObjectVersion } from './stored.ts';

/** What a job is to compute. */
export interface ChecksumOrder {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
}

/** What a job has computed of one version: of the bytes that are stored, of any class, without a restore. */
export interface ComputedAtRest {
  readonly base64: string;
  /** In hex. */
  readonly etag: string;
}

/** Computes a checksum from the stored bytes; a text is the reason why it could not be done. */
export async function computeAtRest(
  { world, bodies }: S3Cloud,
  { bucket, version, role }: { readonly bucket: Bucket; readonly version: ObjectVersion; readonly role: string },
  { algorithm, type }: ChecksumOrder,
): Promise<ComputedAtRest | string> {
  const { encryption, body, parts, etag } = version;
  if (encryption.kind === 'sse-c') return 'SseCustomerKeyNotSupported';
  if (usesKms(encryption) && world.keys !== undefined) {
    const { keyId: keyArn, bucketKey } = encryption;
    const place = { region: bucket.region, bucket: bucket.name, key: version.key };
    const outcome = world.keys.use({
      keyArn,
      action: 'kms:Decrypt',
      principal: principalOf(world, role),
      bucketKey,
      ...place,
    });
    if (outcome !== 'ok') return outcome === 'denied' ? 'KmsAccessNotPermitted' : 'KmsKeyInvalidState';
  }
  const stream = bodies.read(body);
  if (type === 'FULL_OBJECT') {
    const { whole } = await digestContent(stream, { whole: [algorithm] });
    return { base64: whole[algorithm] ?? '', etag };
  }
  const sizesBytes = parts.length === 0 ? [body.sizeBytes] : parts.map(({ sizeBytes }) => sizeBytes);
  const { parts: read = [] } = await digestContent(stream, {
    whole: [],
    parts: { sizesBytes, algorithms: [algorithm] },
  });
  const base64 = await compositeChecksum(
    algorithm,
    read.map(({ digests }) => digests[algorithm] ?? ''),
  );
  return { base64, etag };
}
