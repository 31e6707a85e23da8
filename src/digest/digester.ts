import { createHash, type Hash } from 'node:crypto';
import type { ChecksumAlgorithm } from '../model/checksum.ts';
import { createCrc } from './crc.ts';
import { createXxh3, createXxh64 } from './xxhash.ts';

/** Computes the digest of bytes that come in chunks. Keeps no content beyond one block of its algorithm. */
export interface Digester {
  /** Takes the next bytes. The chunk may be reused by its owner afterwards. */
  update(chunk: Uint8Array): void;
  /** Big-endian, the order in which S3 sends it. Once: after it, only `restart` is allowed. */
  digest(): Uint8Array;
  /** Forgets everything: what comes next is another content. */
  restart(): void;
}

/** How long a digest is. */
export const DIGEST_SIZES_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
};

/** A digester of this algorithm. Asynchronous because the rarer libraries are loaded when first asked for. */
export async function createDigester(algorithm: ChecksumAlgorithm): Promise<Digester> {
  switch (algorithm) {
    case 'CRC32':
    case 'CRC32C':
    case 'CRC64NVME':
      return createCrc(algorithm);
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
      return createNodeDigester(algorithm);
    case 'XXHASH64':
      return createXxh64();
    case 'XXHASH3':
    case 'XXHASH128':
      return createXxh3(algorithm);
    default:
      return algorithm satisfies never;
  }
}

function createNodeDigester(algorithm: 'MD5' | 'SHA1' | 'SHA256' | 'SHA512'): Digester {
  const start = (): Hash => createHash(algorithm.toLowerCase());
  let hash = start();
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => hash.digest(),
    restart() {
      hash = start();
    },
  };
}
