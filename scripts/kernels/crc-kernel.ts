import { CRC_PARAMETERS } from '../../src/digest/crc-parameters.ts';
import type { CombinableAlgorithm } from '../../src/model/checksum.ts';
import { advance, prepare, slice } from './crc-tables.ts';
import {
  assemble,
  call,
  type Code,
  type Func,
  i32,
  i64,
  local,
  memory,
  repeatWhile,
  returned,
  v128,
  when,
} from './wasm-assembler.ts';

/**
 * Sparse multiples of the generator polynomials. With the distances d₁ … dₙ, x^(8·dₙ) + Σ x^(8·(dₙ − dᵢ)) + 1 is divisible by
 * the polynomial, so a byte may be taken out of the message if it is added (XOR) again d₁ … dₙ bytes later: the CRC stays the
 * same. Ascending, in bytes.
 *
 * @see https://arxiv.org/abs/2412.16398 for the idea; the multiples were searched for Holdfast.
 */
export const FOLD_DISTANCES: Readonly<Record<CombinableAlgorithm, readonly number[]>> = {
  CRC32: [140, 791, 3006],
  CRC32C: [767, 2524, 5275],
  CRC64NVME: [573, 2748, 3771, 4143, 4345, 4498],
};

// The memory of a kernel, in bytes: the tables of `crc-tables.ts`, the tail, zeros, the input. The zeros are read as what stands
// before the message and are never written.
export const TAIL: number = 32 * 1024;
const ZEROS_END = 48 * 1024;
/** Where JavaScript puts the bytes. */
export const INPUT: number = ZEROS_END;
export const INPUT_SIZE_BYTES: number = 256 * 1024;
export const MEMORY_PAGES: number = 5;

/** Bytes folded per turn of the loop: two vectors. */
const STEP = 32;

const PREPARE = 0;
const FOLD = 1;
const SLICE = 2;

/** The sixteen bytes at `to` + `at`, and all folded into them. The local `from` already stands the span before its byte. */
export function foldedVector(
  distances: readonly number[],
  { to, from, at }: { readonly to: number; readonly from: number; readonly at: number },
): Code {
  const span = Math.max(...distances);
  return distances.reduce<Code>(
    (sum, distance) => v128.xor(sum, v128.load(local.get(from), span - distance + at)),
    v128.load(local.get(to), at),
  );
}

/**
 * `fold(to, from, length)`: adds to each of the `length` bytes at `to` the folded bytes that stand the fold distances before
 * the corresponding byte at `from`. With `to` = `from`, each byte is complete before it is read as somebody's predecessor,
 * because every distance is larger than a step. `length` is a positive multiple of `STEP`.
 */
function fold(distances: readonly number[]): Func {
  const [to, from, length, end] = [0, 1, 2, 3] as const;
  const span = Math.max(...distances);
  return {
    params: ['i32', 'i32', 'i32'],
    locals: ['i32'],
    body: [
      local.set(end, i32.add(local.get(to), local.get(length))),
      local.set(from, i32.sub(local.get(from), i32.const(span))),
      repeatWhile(
        i32.lessThan(local.get(to), local.get(end)),
        v128.store(local.get(to), foldedVector(distances, { to, from, at: 0 })),
        v128.store(i32.add(local.get(to), i32.const(16)), foldedVector(distances, { to, from, at: 16 })),
        advance(to, STEP),
        advance(from, STEP),
      ),
    ].flat(),
  };
}

/**
 * `update(crc, length)`: the CRC after the first `length` bytes of the input. Long inputs are folded into their last few
 * kilobytes first, which then go through the tables; what is short goes through the tables at once.
 */
function update(distances: readonly number[]): Func {
  const [crc, length, folded, tail, rest] = [0, 1, 2, 3, 4] as const;
  const span = Math.max(...distances);
  const foldedSpan = i32.const(Math.ceil(span / STEP) * STEP);
  const input = i32.const(INPUT);
  return {
    exportAs: 'update',
    params: ['i64', 'i32'],
    result: 'i64',
    locals: ['i32', 'i32', 'i32'],
    body: [
      when(
        i32.lessThan(i32.const(2 * span), local.get(length)),
        local.set(folded, i32.and(i32.sub(local.get(length), i32.const(span)), i32.const(-STEP))),
        local.set(tail, i32.sub(local.get(length), local.get(folded))),
        local.set(rest, i32.add(input, local.get(folded))),
        i64.store(input, i64.xor(i64.load(input), local.get(crc))),
        call(FOLD, input, input, local.get(folded)),
        // The tail moves away and leaves zeros, because only the bytes before it are still to be folded into it.
        memory.copy(i32.const(TAIL), local.get(rest), local.get(tail)),
        memory.fill(local.get(rest), i32.const(0), foldedSpan),
        call(FOLD, i32.const(TAIL), local.get(rest), foldedSpan),
        returned(call(SLICE, i64.const(0n), i32.const(TAIL), i32.add(i32.const(TAIL), local.get(tail)))),
      ),
      call(SLICE, local.get(crc), input, i32.add(input, local.get(length))),
    ].flat(),
  };
}

/** The binary of the kernel that computes this CRC. */
export function buildCrcKernel(algorithm: CombinableAlgorithm): Uint8Array {
  const parameters = CRC_PARAMETERS[algorithm];
  const distances = FOLD_DISTANCES[algorithm];
  const functions: Func[] = [];
  functions[PREPARE] = prepare(parameters);
  functions[FOLD] = fold(distances);
  functions[SLICE] = slice(parameters);
  functions.push(update(distances));
  return assemble({ memoryPages: MEMORY_PAGES, functions });
}
