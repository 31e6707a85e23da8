import { type ChecksumAlgorithm, isCombinable } from '../model/checksum.ts';
import { createCrc, type CrcDigester } from './crc.ts';
import { createDigester, type Digester } from './digester.ts';
import type { Digests } from './digest-request.ts';
import { createMd5Crc64, type Md5Crc64Digester } from './md5-crc64.ts';

/** Several digests of the same bytes. */
export interface DigesterSet {
  update(chunk: Uint8Array): void;
  /** Once, until `restart`. */
  digests(): Digests;
  restart(): void;
  /** The digests so far, without ending. Throws where one of the algorithms cannot be carried on. */
  save(): Digests;
}

/** From the start, or from what `save` returned. MD5 and CRC64NVME, the two that S3 most often has, are computed together. */
export async function createDigesterSet(
  algorithms: readonly ChecksumAlgorithm[],
  saved: Digests = {},
): Promise<DigesterSet> {
  const wanted = new Set(algorithms);
  const pair = wanted.has('MD5') && wanted.has('CRC64NVME') ? createMd5Crc64() : undefined;
  if (pair !== undefined) for (const algorithm of ['MD5', 'CRC64NVME'] as const) wanted.delete(algorithm);

  const crcs = new Map<ChecksumAlgorithm, CrcDigester>();
  const others = new Map<ChecksumAlgorithm, Digester>();
  for (const algorithm of wanted) {
    if (isCombinable(algorithm)) crcs.set(algorithm, createCrc(algorithm, saved[algorithm]));
    else others.set(algorithm, await createDigester(algorithm));
  }
  const single = [...others, ...crcs];
  const all: readonly Pick<Digester & Md5Crc64Digester, 'update' | 'restart'>[] = [
    ...single.map(([, digester]) => digester),
    ...(pair === undefined ? [] : [pair]),
  ];
  return {
    update(chunk) {
      for (const digester of all) digester.update(chunk);
    },
    digests: () =>
      toBase64([
        ...single.map(([algorithm, digester]) => [algorithm, digester.digest()] as const),
        ...pairDigests(pair),
      ]),
    restart() {
      for (const digester of all) digester.restart();
    },
    save() {
      if (others.size > 0 || pair !== undefined) throw new Error(`expected CRCs only, got ${algorithms.join(', ')}`);
      return Object.fromEntries([...crcs].map(([algorithm, crc]) => [algorithm, crc.save()]));
    },
  };
}

function pairDigests(pair: Md5Crc64Digester | undefined): readonly (readonly [ChecksumAlgorithm, Uint8Array])[] {
  if (pair === undefined) return [];
  const { MD5, CRC64NVME } = pair.digests();
  return [
    ['MD5', MD5],
    ['CRC64NVME', CRC64NVME],
  ];
}

function toBase64(digests: readonly (readonly [ChecksumAlgorithm, Uint8Array])[]): Digests {
  return Object.fromEntries(digests.map(([algorithm, digest]) => [algorithm, Buffer.from(digest).toString('base64')]));
}
