import type { CombinableAlgorithm } from '../model/checksum.ts';

/** What tells one cyclic redundancy check from another. All three are reflected, start from all ones and are inverted at the end. */
export interface CrcParameters {
  readonly bits: 32 | 64;
  /** Generator polynomial without its highest term; the coefficient of x⁰ is the highest bit. */
  readonly polynomial: bigint;
}

/**
 * @see https://reveng.sourceforge.io/crc-catalogue/all.htm CRC-32/ISO-HDLC, CRC-32/ISCSI and CRC-64/NVME
 */
export const CRC_PARAMETERS: Readonly<Record<CombinableAlgorithm, CrcParameters>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};
