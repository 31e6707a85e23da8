import { CRC_PARAMETERS, type CrcParameters } from '../../src/digest/crc-parameters.ts';
import type { CombinableAlgorithm } from '../../src/model/checksum.ts';
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

// The memory of a kernel, in bytes. `ZEROS` are read as what stands before the message and are never written.
const TABLES = 0;
const TAIL = 32 * 1024;
const ZEROS_END = 48 * 1024;
/** Where JavaScript puts the bytes. */
export const INPUT: number = ZEROS_END;
export const INPUT_SIZE_BYTES: number = 128 * 1024;
const MEMORY_PAGES = 3;

const SLICES = 16;
/** Bytes folded per turn of the loop: two vectors. */
const STEP = 32;

const PREPARE = 0;
const FOLD = 1;
const SLICE = 2;

/** One entry of a lookup table: as wide as the CRC, so that the tables of the short ones stay in the first-level cache. */
function tableAccess({ bits }: CrcParameters): { shift: number; load: typeof i64.load; store: typeof i64.store } {
  return bits === 32
    ? { shift: 2, load: i64.load32, store: i64.store32 }
    : { shift: 3, load: i64.load, store: i64.store };
}

function advance(pointer: number, bytes: number): Code {
  return local.set(pointer, i32.add(local.get(pointer), i32.const(bytes)));
}

/** `prepare()`: fills the tables. Table k holds the CRC of each byte followed by k zero bytes. */
function prepare(parameters: CrcParameters): Func {
  const { shift, load, store } = tableAccess(parameters);
  const [index, bit, crc] = [0, 1, 2] as const;
  const entry = (at: Code): Code => i32.shl(at, i32.const(shift));
  const isOdd = i64.and(local.get(crc), i64.const(1n));
  const oddMask = i64.sub(i64.const(0n), isOdd);
  const previous = load(entry(i32.sub(local.get(index), i32.const(256))), TABLES);
  const lowByte = i32.fromI64(i64.and(local.get(crc), i64.const(0xffn)));
  const next = local.set(index, i32.add(local.get(index), i32.const(1)));
  return {
    exportAs: 'prepare',
    params: [],
    locals: ['i32', 'i32', 'i64'],
    body: [
      repeatWhile(
        i32.lessThan(local.get(index), i32.const(256)),
        local.set(crc, i64.fromI32(local.get(index))),
        local.set(bit, i32.const(0)),
        repeatWhile(
          i32.lessThan(local.get(bit), i32.const(8)),
          local.set(
            crc,
            i64.xor(i64.shiftRight(local.get(crc), i64.const(1n)), i64.and(oddMask, i64.const(parameters.polynomial))),
          ),
          local.set(bit, i32.add(local.get(bit), i32.const(1))),
        ),
        store(entry(local.get(index)), local.get(crc)),
        next,
      ),
      repeatWhile(
        i32.lessThan(local.get(index), i32.const(256 * SLICES)),
        local.set(crc, previous),
        store(
          entry(local.get(index)),
          i64.xor(load(entry(lowByte), TABLES), i64.shiftRight(local.get(crc), i64.const(8n))),
        ),
        next,
      ),
    ].flat(),
  };
}

/**
 * `fold(to, from, length)`: adds to each of the `length` bytes at `to` the folded bytes that stand the fold distances before
 * the corresponding byte at `from`. With `to` = `from`, each byte is complete before it is read as somebody's predecessor,
 * because every distance is larger than a step. `length` is a positive multiple of `STEP`.
 */
function fold(distances: readonly number[]): Func {
  const [to, from, length, end] = [0, 1, 2, 3] as const;
  const span = Math.max(...distances);
  const vector = (at: number): Code =>
    distances.reduce<Code>(
      (sum, distance) => v128.xor(sum, v128.load(local.get(from), span - distance + at)),
      v128.load(local.get(to), at),
    );
  return {
    params: ['i32', 'i32', 'i32'],
    locals: ['i32'],
    body: [
      local.set(end, i32.add(local.get(to), local.get(length))),
      local.set(from, i32.sub(local.get(from), i32.const(span))),
      repeatWhile(
        i32.lessThan(local.get(to), local.get(end)),
        v128.store(local.get(to), vector(0)),
        v128.store(i32.add(local.get(to), i32.const(16)), vector(16)),
        advance(to, STEP),
        advance(from, STEP),
      ),
    ].flat(),
  };
}

/** `slice(crc, from, end)`: the CRC after these bytes, sixteen at a time by one table each, then one by one. */
function slice(parameters: CrcParameters): Func {
  const { shift, load } = tableAccess(parameters);
  const [crc, from, end, low, high] = [0, 1, 2, 3, 4] as const;
  const table = (number: number, scaledByte: Code): Code => load(scaledByte, TABLES + ((number * 256) << shift));
  const scaledByte = (word: number, byte: number): Code => {
    const places = byte * 8 - shift;
    const moved =
      places < 0
        ? i64.shl(local.get(word), i64.const(BigInt(-places)))
        : i64.shiftRight(local.get(word), i64.const(BigInt(places)));
    return i32.and(i32.fromI64(moved), i32.const(0xff << shift));
  };
  const lookUps = Array.from({ length: SLICES }, (_, byte) =>
    table(SLICES - 1 - byte, scaledByte(byte < 8 ? low : high, byte % 8)),
  );
  const nextByte = i64.xor(local.get(crc), i64.load8(local.get(from)));
  const scaledNextByte = i32.shl(i32.and(i32.fromI64(nextByte), i32.const(0xff)), i32.const(shift));
  const sixteenLeft = i32.lessThan(i32.add(local.get(from), i32.const(SLICES - 1)), local.get(end));
  const anyLeft = i32.lessThan(local.get(from), local.get(end));
  return {
    params: ['i64', 'i32', 'i32'],
    result: 'i64',
    locals: ['i64', 'i64'],
    body: [
      when(
        sixteenLeft,
        repeatWhile(
          sixteenLeft,
          local.set(low, i64.xor(local.get(crc), i64.load(local.get(from)))),
          local.set(high, i64.load(local.get(from), 8)),
          local.set(crc, lookUps.reduce(i64.xor)),
          advance(from, SLICES),
        ),
      ),
      when(
        anyLeft,
        repeatWhile(
          anyLeft,
          local.set(crc, i64.xor(table(0, scaledNextByte), i64.shiftRight(local.get(crc), i64.const(8n)))),
          advance(from, 1),
        ),
      ),
      local.get(crc),
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
