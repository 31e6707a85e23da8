import { describe, expect, it } from 'vitest';
import { combineCrc, combineCrcParts } from '../../src/digest/combine.ts';
import { COMBINABLE_ALGORITHMS } from '../../src/model/checksum.ts';
import { digestOf, noise } from './contents.ts';
import { MULTIPART_SIZES_BYTES, MULTIPART_VECTORS, VECTORS } from './vectors.ts';

describe.each(COMBINABLE_ALGORITHMS)('combining %s', (algorithm) => {
  it('gives the full-object checksum of the known multipart object', () => {
    const { parts = [], whole } = MULTIPART_VECTORS[algorithm];
    const sized = parts.map((base64, index) => ({ base64, sizeBytes: MULTIPART_SIZES_BYTES[index] ?? 0 }));
    expect(combineCrcParts(algorithm, sized)).toBe(whole);
  });

  it('of no parts gives that of the empty content, of one part its own', () => {
    expect(combineCrcParts(algorithm, [])).toBe(VECTORS[algorithm]['']);
    const base64 = VECTORS[algorithm]['123456789'];
    expect(combineCrcParts(algorithm, [{ base64, sizeBytes: 9 }])).toBe(base64);
  });

  it('of a wrong part size gives another checksum', async () => {
    const [a, b] = [noise(50, 'a'), noise(70, 'b')];
    const [first, base64] = [await digestOf(algorithm, a), await digestOf(algorithm, b)];
    expect(combineCrc(algorithm, first, { base64, sizeBytes: 70 })).toBe(await digestOf(algorithm, a, b));
    expect(combineCrc(algorithm, first, { base64, sizeBytes: 71 })).not.toBe(await digestOf(algorithm, a, b));
  });

  it('agrees with itself in any grouping, up to the largest objects of S3', () => {
    const sizeBytes = 5 * 1024 ** 3 - 1;
    const parts = Array.from({ length: 10_000 }, (_, index) => {
      const width = Buffer.from(VECTORS[algorithm][''], 'base64').length;
      return { base64: noise(width, `part ${index}`).toString('base64'), sizeBytes };
    });
    const half = combineCrcParts(algorithm, parts.slice(0, 5000));
    const rest = combineCrcParts(algorithm, parts.slice(5000));
    const grouped = combineCrc(algorithm, half, { base64: rest, sizeBytes: sizeBytes * 5000 });
    expect(combineCrcParts(algorithm, parts)).toBe(grouped);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d as a size', (sizeBytes) => {
    expect(() => combineCrcParts(algorithm, [{ base64: VECTORS[algorithm][''], sizeBytes }])).toThrow(RangeError);
  });

  it('refuses a digest of another algorithm', () => {
    expect(() => combineCrcParts(algorithm, [{ base64: VECTORS.SHA1[''], sizeBytes: 0 }])).toThrow(RangeError);
  });
});
