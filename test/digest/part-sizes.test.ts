import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatePartLayouts, toPartSizes } from '../../src/digest/part-sizes.ts';

const MIB = 1024 * 1024;
const MAX_OBJECT_BYTES = 50_000_000_000_000;

describe('the layouts that common clients would use', () => {
  it.each([
    ['the AWS CLI', 100 * MIB, 13, 8 * MIB, 'AWS CLI'],
    ['the SDK for JavaScript', 100 * MIB, 20, 5 * MIB, 'SDK for JavaScript'],
    ['the console', 100 * MIB, 7, 16 * MIB, 'S3 console'],
    ['s3cmd', 100 * MIB + 1, 7, 15 * MIB, 's3cmd'],
    ['s5cmd', 100 * MIB, 2, 50 * MIB, 's5cmd'],
    ['the AWS CLI above 10,000 of its parts', 80_000 * MIB + 1, 5001, 16 * MIB, 'AWS CLI'],
    ['the SDK for JavaScript above 10,000 of its parts', 100_001 * MIB + 5, 10_000, 10_485_865, 'SDK for JavaScript'],
    ['rclone above 10,000 of its parts', 60_000 * MIB, 10_000, 6 * MIB, 'rclone'],
    ['somebody who thinks in MB', 100_000_000, 10, 10_000_000, undefined],
    ['somebody with a part size of their own', 700 * MIB, 10, 70 * MIB, undefined],
  ])('include that of %s', (_, sizeBytes, partCount, partSizeBytes, client) => {
    const layout = candidatePartLayouts(sizeBytes, partCount).find((one) => one.partSizeBytes === partSizeBytes);
    expect(layout).toMatchObject({ partCount, partSizeBytes });
    expect(layout?.clients.includes(client ?? '')).toBe(client !== undefined);
  });

  it('begin with the most common client', () => {
    expect(candidatePartLayouts(100 * MIB)[0]?.clients).toContain('AWS CLI');
  });

  it.each([0, 1, 1000])('are one layout for a file of %d bytes, which nobody cuts', (sizeBytes) => {
    expect(candidatePartLayouts(sizeBytes)).toMatchObject([{ partCount: 1 }]);
    expect(candidatePartLayouts(sizeBytes, 2)).toEqual([]);
  });

  it('are allowed by S3, differ, and have the number of parts that was asked for', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(MAX_OBJECT_BYTES), fc.nat(500 * MIB)),
        fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
        (sizeBytes, partCount) => {
          const layouts = candidatePartLayouts(sizeBytes, partCount);
          expect(new Set(layouts.map((layout) => layout.partSizeBytes)).size).toBe(layouts.length);
          for (const layout of layouts) {
            expect(layout.partCount).toBe(partCount ?? layout.partCount);
            expect(layout.partCount).toBeLessThanOrEqual(10_000);
            expect(layout.partCount === 1 || layout.partSizeBytes >= 5 * MIB).toBe(true);
          }
          expect(layouts.length).toBeGreaterThan(partCount === undefined ? 0 : -1);
        },
      ),
    );
  });
});

describe('the sizes of the parts', () => {
  it.each([
    [0, 8, [0]],
    [8, 8, [8]],
    [17, 8, [8, 8, 1]],
    [16, 8, [8, 8]],
  ])('of %d bytes by %d are %j', (sizeBytes, partSizeBytes, expected) => {
    expect(toPartSizes(sizeBytes, partSizeBytes)).toEqual(expected);
  });

  it('add up to the file', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.integer({ min: 1000, max: 10_000_000 }), (sizeBytes, partSizeBytes) => {
        const sizes = toPartSizes(sizeBytes, partSizeBytes);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(sizeBytes);
        expect(sizes.slice(0, -1).every((size) => size === partSizeBytes)).toBe(true);
      }),
    );
  });
});
