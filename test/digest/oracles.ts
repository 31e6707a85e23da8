import { crc32 } from 'node:zlib';
import { Crc32cJs, Crc32Js, Crc64NvmeJs } from '@aws-sdk/checksums/crc';
import { Xxh3_64, Xxh3_128, Xxh64 } from '@aws-sdk/checksums/xxh';
import { createCRC32, createCRC64, md5, sha1, sha256, sha512, xxhash64 } from 'hash-wasm';
import type { ChecksumAlgorithm } from '../../src/model/checksum.ts';

/** Computes a digest without any code of ours. */
export type Oracle = (content: Uint8Array) => Promise<Uint8Array>;

interface SdkHash {
  update(content: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

const sdk = (create: () => SdkHash): Oracle => {
  return async (content) => {
    const hash = create();
    hash.update(content);
    return await hash.digest();
  };
};
const hex = (compute: (content: Uint8Array) => Promise<string>): Oracle => {
  return async (content) => Buffer.from(await compute(content), 'hex');
};

/** For each algorithm, implementations other than the one that we use. */
export const ORACLES: Readonly<Record<ChecksumAlgorithm, Readonly<Record<string, Oracle>>>> = {
  CRC32: {
    zlib: async (content) => Buffer.from(crc32(content).toString(16).padStart(8, '0'), 'hex'),
    'the AWS SDK': sdk(() => new Crc32Js()),
  },
  CRC32C: {
    'hash-wasm': hex(async (content) => (await createCRC32(0x82f63b78)).update(content).digest()),
    'the AWS SDK': sdk(() => new Crc32cJs()),
  },
  CRC64NVME: {
    'hash-wasm': hex(async (content) => (await createCRC64('9a6c9329ac4bc9b5')).update(content).digest()),
    'the AWS SDK': sdk(() => new Crc64NvmeJs()),
  },
  MD5: { 'hash-wasm': hex(md5) },
  SHA1: { 'hash-wasm': hex(sha1) },
  SHA256: { 'hash-wasm': hex(sha256) },
  SHA512: { 'hash-wasm': hex(sha512) },
  XXHASH64: { 'hash-wasm': hex(xxhash64), 'the AWS SDK': sdk(() => new Xxh64()) },
  XXHASH3: { 'the AWS SDK': sdk(() => new Xxh3_64()) },
  XXHASH128: { 'the AWS SDK': sdk(() => new Xxh3_128()) },
};
