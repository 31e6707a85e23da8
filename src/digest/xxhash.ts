import type { Digester } from './digester.ts';

/** `xxhash-wasm` grows its memory to the largest chunk it was given, so it is given small ones. */
const PIECE_SIZE_BYTES = 64 * 1024;

/** XXHASH64 with seed 0, as S3 stores it. */
export async function createXxh64(): Promise<Digester> {
  const { default: load } = await import('xxhash-wasm');
  const library = await load();
  let hash = library.create64();
  let isDone = false;
  return {
    update(chunk) {
      if (isDone) throw new Error('update after digest of XXHASH64');
      for (let start = 0; start < chunk.length; start += PIECE_SIZE_BYTES) {
        hash.update(chunk.subarray(start, start + PIECE_SIZE_BYTES));
      }
    },
    digest() {
      if (isDone) throw new Error('second digest of XXHASH64');
      isDone = true;
      const digest = Buffer.alloc(8);
      digest.writeBigUInt64BE(hash.digest());
      return digest;
    },
    restart() {
      hash = library.create64();
      isDone = false;
    },
  };
}

/** XXH3 with seed 0 in its 64-bit or 128-bit form, as S3 stores it. */
export async function createXxh3(algorithm: 'XXHASH3' | 'XXHASH128'): Promise<Digester> {
  const { createXXHash3, createXXHash128 } = await import('./xxh3-library.ts');
  const hash = await (algorithm === 'XXHASH3' ? createXXHash3() : createXXHash128());
  // The library refuses an update or a second digest after a digest by itself.
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => hash.digest('binary'),
    restart: () => void hash.init(),
  };
}
