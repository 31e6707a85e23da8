import { KERNEL_INPUT, KERNEL_INPUT_SIZE_BYTES } from './kernels.ts';

interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly prepare: () => void;
  readonly update: (register: bigint, length: number) => bigint;
}

// Neither lib es2023 nor the types of Node 20 declare the values of this namespace.
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: KernelExports };
};

/** A running checksum kernel, with a memory of its own. */
export interface Kernel {
  /** Its whole memory. */
  readonly memory: DataView;
  /** The part of it where the bytes go that are next. */
  readonly input: Uint8Array;
  /** The CRC register after the first `length` bytes of the input, which is used up. */
  readonly update: (register: bigint, length: number) => bigint;
}

const modules = new Map<string, object>();

/** Starts a kernel of kernels.ts. Takes well below a millisecond, the first time included. */
export function createKernel(base64: string): Kernel {
  const module = modules.get(base64) ?? new WebAssembly.Module(Buffer.from(base64, 'base64'));
  modules.set(base64, module);
  const { memory, prepare, update } = new WebAssembly.Instance(module).exports;
  prepare();
  return {
    memory: new DataView(memory.buffer),
    input: new Uint8Array(memory.buffer, KERNEL_INPUT, KERNEL_INPUT_SIZE_BYTES),
    // WebAssembly has no unsigned numbers.
    update: (register, length) => BigInt.asUintN(64, update(register, length)),
  };
}
