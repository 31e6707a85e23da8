import type { CombinableAlgorithm } from '../model/checksum.ts';
import { CRC_KERNELS, KERNEL_INPUT, KERNEL_INPUT_SIZE_BYTES } from './crc-kernels.ts';
import { CRC_PARAMETERS } from './crc-parameters.ts';
import type { Digester } from './digester.ts';

interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly prepare: () => void;
  /** The register, as a signed number, after the first `length` bytes of the input. */
  readonly update: (register: bigint, length: number) => bigint;
}

// Neither lib es2023 nor the types of Node 20 declare the values of this namespace.
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: KernelExports };
};

interface Kernel {
  readonly input: Uint8Array;
  readonly update: KernelExports['update'];
}

const kernels = new Map<CombinableAlgorithm, Kernel>();

/** One instance serves all digesters of its algorithm: between two calls it holds nothing but tables. */
function kernelOf(algorithm: CombinableAlgorithm): Kernel {
  const ready = kernels.get(algorithm);
  if (ready !== undefined) return ready;
  const binary = Buffer.from(CRC_KERNELS[algorithm], 'base64');
  const { memory, prepare, update } = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports;
  prepare();
  const kernel = { input: new Uint8Array(memory.buffer, KERNEL_INPUT, KERNEL_INPUT_SIZE_BYTES), update };
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
      for (let start = 0; start < chunk.length; start += KERNEL_INPUT_SIZE_BYTES) {
        const piece = chunk.subarray(start, start + KERNEL_INPUT_SIZE_BYTES);
        kernel.input.set(piece);
        register = BigInt.asUintN(64, kernel.update(register, piece.length));
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
