import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalSequencer, compareSequencers } from '../../src/model/sequencer.ts';

const sequencers = fc.string({
  unit: fc.constantFrom(...'0123456789abcdefABCDEF0000'.split('')),
  minLength: 1,
  maxLength: 24,
});

describe('compareSequencers', () => {
  it('orders as the numbers are ordered', () => {
    fc.assert(
      fc.property(sequencers, sequencers, (a, b) => {
        const difference = BigInt(`0x${a}`) - BigInt(`0x${b}`);
        const expected = difference === 0n ? 0 : difference < 0n ? -1 : 1;
        expect(compareSequencers(a, b)).toBe(expected);
      }),
    );
  });

  it('is antisymmetric, for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(compareSequencers(a, b) + compareSequencers(b, a)).toBe(0);
      }),
    );
  });
});

describe('canonicalSequencer', () => {
  it('is the same for two sequencers exactly where they compare as equal', () => {
    const padded = fc.tuple(fc.nat(4), sequencers).map(([zeros, digits]) => `${'0'.repeat(zeros)}${digits}`);
    fc.assert(
      fc.property(padded, padded, fc.boolean(), (a, b, again) => {
        const other = again ? `0${a.toUpperCase()}` : b;
        expect(canonicalSequencer(a) === canonicalSequencer(other)).toBe(compareSequencers(a, other) === 0);
      }),
    );
  });
});
