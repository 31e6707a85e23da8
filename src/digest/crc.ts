import type { CombinableAlgorithm } from '../model/checksum.ts';
import { CRC_KERNELS } from './kernels.ts';
import { CRC_PARAMETERS } from './crc-parameters.ts';
import type { Digester } from './digester.ts';
import { createKernel, type Kernel } from './kernel.ts';

const kernels = new Map<CombinableAlgorithm, Kernel>();

/** One instance serves all digesters of its algorithm: between two calls it holds nothing but tables. */
function kernelOf(algorithm: CombinableAlgorithm): Kernel {
  const ready = kernels.get(algorithm);
  if (ready !== undefined) return ready;
  const kernel = createKernel(CRC_KERNELS[algorithm]);
  kernels.set(algorithm, kernel);
  return kernel;
}

/** A digester that can be asked at any time where it stands, without ending. */
export interface CrcDigester extends Digester {
  /** Base64 of the digest of everything so far: all that is needed to go on later, elsewhere. */
  save(): string;
}

/** Computes a CRC, from the start or from what `save` returned. */
export function createCrc(algorithm: CombinableAlgorithm, saved?: string): CrcDigester {
  const kernel = kernelOf(algorithm);
  const { bits } = CRC_PARAMETERS[algorithm];
  const ones = (1n << BigInt(bits)) - 1n;
  let register = saved === undefined ? ones : decodeCrc(algorithm, saved) ^ ones;
  let isDone = false;

  const current = (): Uint8Array => encodeCrc(algorithm, register ^ ones);
  return {
    update(chunk) {
      if (isDone) throw new Error(`update after digest of ${algorithm}`);
      for (let start = 0; start < chunk.length; start += kernel.input.length) {
        const piece = chunk.subarray(start, start + kernel.input.length);
        kernel.input.set(piece);
        register = kernel.update(register, piece.length);
      }
    },
    digest() {
      if (isDone) throw new Error(`second digest of ${algorithm}`);
      isDone = true;
      return current();
    },
    restart() {
      register = ones;
      isDone = false;
    },
    save: () => Buffer.from(current()).toString('base64'),
  };
}

/** The value behind S3's base64. Throws where it is not the digest of this algorithm. */
export function decodeCrc(algorithm: CombinableAlgorithm, base64: string): bigint {
  const bytes = Buffer.from(base64, 'base64');
  const { bits } = CRC_PARAMETERS[algorithm];
  if (bytes.length * 8 !== bits || bytes.toString('base64') !== base64) {
    throw new RangeError(`expected the base64 of a ${bits}-bit ${algorithm}, got '${base64}'`);
  }
  return BigInt(`0x${bytes.toString('hex')}`);
}

/** Big-endian, as S3 sends it. */
export function encodeCrc(algorithm: CombinableAlgorithm, value: bigint): Uint8Array {
  const { bits } = CRC_PARAMETERS[algorithm];
  return Buffer.from(value.toString(16).padStart(bits / 4, '0'), 'hex');
}
