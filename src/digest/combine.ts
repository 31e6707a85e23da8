import type { CombinableAlgorithm } from '../model/checksum.ts';
import { CRC_PARAMETERS } from './crc-parameters.ts';
import { decodeCrc, encodeCrc } from './crc.ts';
import { add, createField, type Field, fromPolynomial, type Polynomial, toPolynomial } from './polynomial.ts';

/** A part as S3 lists it: its own full checksum and its size. */
export interface PartCrc {
  readonly base64: string;
  readonly sizeBytes: number;
}

const fields = new Map<CombinableAlgorithm, Field>();

function fieldOf(algorithm: CombinableAlgorithm): Field {
  const field = fields.get(algorithm) ?? createField(CRC_PARAMETERS[algorithm]);
  fields.set(algorithm, field);
  return field;
}

/**
 * The CRC of two contents one after the other, from their CRCs and the size of the second alone:
 * crc(a‖b) = crc(a)·x^(8·|b|) + crc(b).
 */
export function combineCrc(
  algorithm: CombinableAlgorithm,
  first: string,
  second: { readonly base64: string; readonly sizeBytes: number },
): string {
  return combineCrcParts(algorithm, [{ base64: first, sizeBytes: 0 }, second]);
}

/** The CRC of an object from those of its parts in order, without reading it. Of no parts: that of the empty content. */
export function combineCrcParts(algorithm: CombinableAlgorithm, parts: readonly PartCrc[]): string {
  const field = fieldOf(algorithm);
  // Nearly all parts of an object have one size.
  const powers = new Map<number, Polynomial>();
  let sum: Polynomial = { high: 0, low: 0 };
  for (const { base64, sizeBytes } of parts) {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new RangeError(`not a size in bytes: ${sizeBytes}`);
    const power = powers.get(sizeBytes) ?? field.powerOfBytes(sizeBytes);
    powers.set(sizeBytes, power);
    sum = add(field.multiply(power, sum), toPolynomial(decodeCrc(algorithm, base64)));
  }
  return Buffer.from(encodeCrc(algorithm, fromPolynomial(sum))).toString('base64');
}
