import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS } from '../../src/model/checksum.ts';
import { digestContent } from '../../src/digest/content-reader.ts';
import { chunked, digestOf, noise } from './contents.ts';
import { ORACLES } from './oracles.ts';

/** Around the blocks of the algorithms, the fold distances, twice those (where folding begins), and the sizes of our pieces. */
const EDGES = [
  1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 240, 241, 255, 256, 257, 1023, 1024, 1025, 3006,
  4498, 5275, 6012, 8996, 10_550, 16_384, 65_536,
];
const SIZES = [...new Set([0, ...EDGES.flatMap((edge) => [edge - 1, edge, edge + 1, edge + 16, edge + 37]), 70_000])];

/** More than the kernels take at once. */
const LONG_SIZES = [262_079, 262_080, 262_143, 262_144, 262_145, 262_208, 266_642, 271_141, 600_000];

const ROWS = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
  return Object.entries(ORACLES[algorithm]).map(([name, oracle]) => ({ algorithm, name, oracle }));
});

describe.each(ROWS)('$algorithm and $name', ({ algorithm, oracle }) => {
  it.each([
    ['short and middling', SIZES],
    ['long', LONG_SIZES],
  ])('agree on %s contents', async (_, sizes) => {
    for (const size of sizes) {
      const content = noise(size, `${algorithm} ${size}`);
      const expected = Buffer.from(await oracle(content)).toString('base64');
      expect(await digestOf(algorithm, content), `${size} bytes`).toBe(expected);
    }
  });
});

describe.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('every size up to 11,000 bytes of a %s', (algorithm) => {
  it('agrees with a foreign implementation', async () => {
    const content = noise(11_000, 'sizes');
    const differing: number[] = [];
    const [oracle] = Object.values(ORACLES[algorithm]);
    for (let size = 0; size <= content.length; size++) {
      const part = content.subarray(content.length - size);
      const expected = Buffer.from((await oracle?.(part)) ?? []).toString('base64');
      if ((await digestOf(algorithm, part)) !== expected) differing.push(size);
    }
    expect(differing).toEqual([]);
  });
});

describe('MD5 and CRC64NVME, computed together', () => {
  it.each([...SIZES, ...LONG_SIZES])('agree with foreign implementations on %d bytes', async (size) => {
    const content = noise(size, `pair ${size}`);
    const { whole } = await digestContent(chunked(content, [16_384]), { whole: ['MD5', 'CRC64NVME'] });
    for (const algorithm of ['MD5', 'CRC64NVME'] as const) {
      for (const oracle of Object.values(ORACLES[algorithm])) {
        expect(whole[algorithm]).toBe(Buffer.from(await oracle(content)).toString('base64'));
      }
    }
  });
});
