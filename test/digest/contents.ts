import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm } from '../../src/model/checksum.ts';
import { createDigester } from '../../src/digest/digester.ts';

/** Bytes that look random and are the same in every run. */
export function noise(sizeBytes: number, seed: string): Buffer {
  // SHAKE gives as many bytes as are wanted.
  return sizeBytes === 0 ? Buffer.alloc(0) : createHash('shake128', { outputLength: sizeBytes }).update(seed).digest();
}

/** A body that arrives in chunks of these sizes, over and over; empty chunks included. Never ends in the middle of a list of zeros. */
export async function* chunked(content: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const usable = sizes.some((size) => size > 0) ? sizes : [65_536];
  for (let start = 0, turn = 0; start < content.length; turn++) {
    const size = usable[turn % usable.length] ?? 1;
    yield content.subarray(start, start + size);
    start += size;
  }
}

export async function digestOf(algorithm: ChecksumAlgorithm, ...chunks: readonly Uint8Array[]): Promise<string> {
  const digester = await createDigester(algorithm);
  for (const chunk of chunks) digester.update(chunk);
  return Buffer.from(digester.digest()).toString('base64');
}
