import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatKernels } from '../../scripts/build-kernels.ts';
import { buildCrcKernel, FOLD_DISTANCES } from '../../scripts/kernels/crc-kernel.ts';
import { CRC_PARAMETERS } from '../../src/digest/crc-parameters.ts';
import { add, createField, fromPolynomial } from '../../src/digest/polynomial.ts';
import { COMBINABLE_ALGORITHMS } from '../../src/model/checksum.ts';

it('embeds exactly the kernels that the script builds', () => {
  expect(readFileSync(new URL('../../src/digest/kernels.ts', import.meta.url), 'utf8')).toBe(formatKernels());
});

describe.each(COMBINABLE_ALGORITHMS)('the kernel of %s', (algorithm) => {
  it('is at most 1 KiB', () => {
    expect(buildCrcKernel(algorithm).length).toBeLessThanOrEqual(1024);
  });

  it('folds along a multiple of the generator: its terms add up to nothing', () => {
    const field = createField(CRC_PARAMETERS[algorithm]);
    const distances = FOLD_DISTANCES[algorithm];
    const span = Math.max(...distances);
    const terms = [0, ...distances].map((distance) => field.powerOfBytes(span - distance));
    expect(fromPolynomial(terms.reduce(add))).toBe(0n);
    expect(fromPolynomial(terms.slice(1).reduce(add))).not.toBe(0n);
  });
});
