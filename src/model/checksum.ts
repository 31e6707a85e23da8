/** S3's names of the checksum algorithms, spelled as S3 spells them. */
export const CHECKSUM_ALGORITHMS = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const;

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** `COMPOSITE` is a checksum of part checksums and depends on the part sizes; `FULL_OBJECT` is of the content alone. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** The algorithms whose digest of a whole follows from the digests and lengths of its parts. */
export const COMBINABLE_ALGORITHMS: readonly ['CRC32', 'CRC32C', 'CRC64NVME'] = ['CRC32', 'CRC32C', 'CRC64NVME'];

export type CombinableAlgorithm = (typeof COMBINABLE_ALGORITHMS)[number];

/** A checksum that S3 stored with an object or a part. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64 of the digest, big-endian, without the `-N` of a composite. */
  readonly base64: string;
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (CHECKSUM_ALGORITHMS as readonly string[]).includes(name);
}

export function isCombinable(algorithm: ChecksumAlgorithm): algorithm is CombinableAlgorithm {
  return (COMBINABLE_ALGORITHMS as readonly string[]).includes(algorithm);
}

/**
 * Reads a checksum header. The value of a composite ends in `-N` in some responses and not in others, so the type decides
 * where it is known, and the suffix only where it is not.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function parseChecksum(algorithm: ChecksumAlgorithm, raw: string, type: string | undefined): Checksum {
  const [, base64 = raw, count] = /^(.*?)(?:-(\d+))?$/.exec(raw) ?? [];
  const composite = type === undefined ? count !== undefined : type === 'COMPOSITE';
  return { algorithm, type: composite ? 'COMPOSITE' : 'FULL_OBJECT', base64 };
}
