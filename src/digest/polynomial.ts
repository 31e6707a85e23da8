import type { CrcParameters } from './crc-parameters.ts';

/**
 * A polynomial over GF(2), reduced by a generator, in reflected order: the coefficient of x⁰ is the highest bit. Two unsigned
 * 32-bit halves instead of a bigint, because thousands of part checksums are combined in one go; `high` is 0 for 32-bit CRCs.
 */
export interface Polynomial {
  readonly high: number;
  readonly low: number;
}

const LOW_HALF = 0xffff_ffffn;

export function toPolynomial(value: bigint): Polynomial {
  return { high: Number(value >> 32n), low: Number(value & LOW_HALF) };
}

export function fromPolynomial({ high, low }: Polynomial): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

export function add(a: Polynomial, b: Polynomial): Polynomial {
  return { high: (a.high ^ b.high) >>> 0, low: (a.low ^ b.low) >>> 0 };
}

/** Arithmetic modulo one generator. */
export interface Field {
  multiply(a: Polynomial, b: Polynomial): Polynomial;
  /** x^(8·n): what `n` bytes that follow do to a CRC. `n` is a whole number of at most 2⁵³ − 1. */
  powerOfBytes(n: number): Polynomial;
}

export function createField({ bits, polynomial }: CrcParameters): Field {
  const generator = toPolynomial(polynomial);
  const power = (exponent: number): Polynomial => toPolynomial(1n << BigInt(bits - 1 - exponent));
  /** x^8, x^16, x^32 …: as many as were asked for so far, at most 53. */
  const squares = [power(8)];

  function multiply(a: Polynomial, b: Polynomial): Polynomial {
    let [high, low] = [0, 0];
    let { high: shiftedHigh, low: shiftedLow } = b;
    for (const half of bits === 64 ? [a.high, a.low] : [a.low]) {
      for (let place = 31; place >= 0; place--) {
        if ((half >>> place) & 1) {
          high ^= shiftedHigh;
          low ^= shiftedLow;
        }
        const carry = shiftedLow & 1;
        shiftedLow = (shiftedLow >>> 1) | (shiftedHigh << 31);
        shiftedHigh >>>= 1;
        if (carry === 1) {
          shiftedHigh ^= generator.high;
          shiftedLow ^= generator.low;
        }
      }
    }
    return { high: high >>> 0, low: low >>> 0 };
  }

  function square(index: number): Polynomial {
    for (let last = squares.at(-1) ?? power(8); squares.length <= index; squares.push(last))
      last = multiply(last, last);
    return squares[index] ?? power(8);
  }

  function powerOfBytes(n: number): Polynomial {
    let product = power(0);
    for (let rest = n, index = 0; rest > 0; rest = Math.floor(rest / 2), index++) {
      if (rest % 2 === 1) product = multiply(product, square(index));
    }
    return product;
  }

  return { multiply, powerOfBytes };
}
