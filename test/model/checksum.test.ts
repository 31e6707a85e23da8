import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, isChecksumAlgorithm, isCombinable, parseChecksum } from '../../src/model/checksum.ts';

describe('parseChecksum', () => {
  it.each([
    ['a full-object checksum', 'i9aeUg==', 'FULL_OBJECT', 'FULL_OBJECT', 'i9aeUg=='],
    ['a composite with a suffix', 'i9aeUg==-3', 'COMPOSITE', 'COMPOSITE', 'i9aeUg=='],
    ['a composite without a suffix', 'i9aeUg==', 'COMPOSITE', 'COMPOSITE', 'i9aeUg=='],
    ['a suffix where the type is not known', 'i9aeUg==-3', undefined, 'COMPOSITE', 'i9aeUg=='],
    ['no suffix where the type is not known', 'i9aeUg==', undefined, 'FULL_OBJECT', 'i9aeUg=='],
    ['a suffix that the type contradicts', 'i9aeUg==-3', 'FULL_OBJECT', 'FULL_OBJECT', 'i9aeUg=='],
    ['a value that is none', 'a\nb', undefined, 'FULL_OBJECT', 'a\nb'],
  ])('reads %s', (_, raw, type, expectedType, base64) => {
    expect(parseChecksum('CRC32', raw, type)).toEqual({ algorithm: 'CRC32', type: expectedType, base64 });
  });
});

describe('isChecksumAlgorithm', () => {
  it('knows the ten names of S3, as S3 spells them', () => {
    expect(CHECKSUM_ALGORITHMS).toHaveLength(10);
    expect(CHECKSUM_ALGORITHMS.every((name) => isChecksumAlgorithm(name))).toBe(true);
    expect(['crc32', 'CRC-32', ''].some((name) => isChecksumAlgorithm(name))).toBe(false);
  });
});

describe('isCombinable', () => {
  it('is true of the CRCs only', () => {
    expect(CHECKSUM_ALGORITHMS.filter((name) => isCombinable(name))).toEqual(['CRC32', 'CRC32C', 'CRC64NVME']);
  });
});
