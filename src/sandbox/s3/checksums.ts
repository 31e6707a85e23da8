import { DIGEST_SIZES_BYTES } from '../../digest/digester.ts';
import {
  CHECKSUM_ALGORITHMS,
  isChecksumAlgorithm,
  isCombinable,
  type Checksum,
  type ChecksumAlgorithm,
} from '../../model/checksum.ts';
import type { ChecksumType } from '../../model/checksum.ts';
import { S3Error, invalidArgument } from './s3-error.ts';
import type { StoredPart } from './stored.ts';

/** What S3 computes where the client asks for nothing. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

const PREFIX = 'x-amz-checksum-';

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return PREFIX + algorithm.toLowerCase();
}

/** The element of S3's XML, e.g. `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function parseAlgorithm(name: string, header: string): ChecksumAlgorithm {
  const upper = name.toUpperCase();
  if (!isChecksumAlgorithm(upper)) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types in ${header}`,
    );
  }
  return upper;
}

/** The checksum that a client claims for what it sends. `base64` is absent where it follows in a trailer. */
export interface ClaimedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly base64?: string;
}

/** Takes the claim of a request from its headers; at most one is allowed. */
export function parseClaim(headers: Readonly<Record<string, string | undefined>>): ClaimedChecksum | undefined {
  const announced = new Set((headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const claims = CHECKSUM_ALGORITHMS.flatMap((algorithm): ClaimedChecksum[] => {
    const base64 = headers[checksumHeader(algorithm)];
    if (base64 !== undefined) return [{ algorithm, base64: expectDigest(algorithm, base64) }];
    return announced.has(checksumHeader(algorithm)) ? [{ algorithm }] : [];
  });
  if (claims.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  if (claims[0] === undefined && headers['x-amz-sdk-checksum-algorithm'] !== undefined) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  return claims[0];
}

/** A well-formed digest of this algorithm, in base64; `-N` is allowed behind a composite one. */
export function expectDigest(algorithm: ChecksumAlgorithm, base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== DIGEST_SIZES_BYTES[algorithm] || bytes.toString('base64') !== base64) {
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return base64;
}

export function badDigest(algorithm: ChecksumAlgorithm): S3Error {
  return new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
}

/**
 * The checksum type of a multipart upload.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function multipartChecksumType(algorithm: ChecksumAlgorithm, asked: string | undefined): ChecksumType {
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw invalidArgument('x-amz-checksum-type', type, 'Value for x-amz-checksum-type header is invalid.');
  }
  const possible = type === 'FULL_OBJECT' ? isCombinable(algorithm) : algorithm !== 'CRC64NVME';
  if (!possible) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return type;
}

/** As S3 writes it in headers: a composite one with the number of its parts behind it. */
export function formatChecksum({ type, base64 }: Checksum, parts: readonly StoredPart[]): string {
  return type === 'COMPOSITE' ? `${base64}-${parts.length}` : base64;
}

export function checksumHeaders(checksum: Checksum, parts: readonly StoredPart[] = []): Record<string, string> {
  return {
    [checksumHeader(checksum.algorithm)]: formatChecksum(checksum, parts),
    'x-amz-checksum-type': checksum.type,
  };
}
