import { describe, expect, it } from 'vitest';
import { BASES, familyOf, FINDING_CODES, proves, type FindingCode } from '../../src/model/finding.ts';

describe('proves', () => {
  it('takes only a reading of the bytes for a proof of what is stored', () => {
    expect(BASES.filter((basis) => proves(basis) === 'stored')).toEqual(['computed-checksum', 'at-rest-checksum']);
  });
});

describe('familyOf', () => {
  it.each(Object.entries(FINDING_CODES))('finds the family %s of its codes', (family, codes) => {
    expect([...new Set(codes.map((code) => familyOf(code)))]).toEqual([family]);
  });

  it('does not invent a family', () => {
    expect(() => familyOf('no-such-code' as FindingCode)).toThrow('no-such-code');
  });
});
