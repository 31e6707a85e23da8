import { CRC_PARAMETERS } from '../../src/digest/crc-parameters.ts';
import { FOLD_DISTANCES, foldedVector, INPUT, MEMORY_PAGES, TAIL } from './crc-kernel.ts';
import { advance, prepare, slice } from './crc-tables.ts';
import { MD5_BLOCK, md5Steps } from './md5-steps.ts';
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

/** Where the four words of the MD5 state are, at the end of the room for the tail. */
export const MD5_STATE: number = TAIL + 8 * 1024 - 16;

const DISTANCES = FOLD_DISTANCES.CRC64NVME;
const SPAN = Math.max(...DISTANCES);
const FOLDED_SPAN = Math.ceil(SPAN / MD5_BLOCK) * MD5_BLOCK;

const PREPARE = 0;
const MIX = 1;
const SLICE = 2;

function stateWord(index: number): Code {
  return i32.const(MD5_STATE + index * 4);
}

/**
 * `mix(to, from, length)`: `fold` of the CRC kernel and MD5 over the bytes at `to`, in one loop. MD5 is one long chain of
 * dependent steps that leaves most of a core idle; the folding of the same block, which depends on nothing in that chain,
 * runs in the gaps. The folded block is stored after MD5 has read all of it. `length` is a positive number of blocks.
 */
function mix(): Func {
  const [to, from, length, end] = [0, 1, 2, 3] as const;
  const words = [4, 5, 6, 7] as const;
  const before = [8, 9, 10, 11] as const;
  const vectors = [12, 13, 14, 15] as const;
  const steps = md5Steps(to, words);
  return {
    params: ['i32', 'i32', 'i32'],
    locals: [
      'i32',
      ...words.map(() => 'i32' as const),
      ...before.map(() => 'i32' as const),
      ...vectors.map(() => 'v128' as const),
    ],
    body: [
      local.set(end, i32.add(local.get(to), local.get(length))),
      local.set(from, i32.sub(local.get(from), i32.const(SPAN))),
      ...words.map((word, index) => local.set(word, i32.load(stateWord(index)))),
      repeatWhile(
        i32.lessThan(local.get(to), local.get(end)),
        ...words.map((word, index) => local.set(before[index] ?? 0, local.get(word))),
        ...vectors.flatMap((vector, index) => [
          ...steps.slice(index * 16, index * 16 + 8),
          local.set(vector, foldedVector(DISTANCES, { to, from, at: index * 16 })),
          ...steps.slice(index * 16 + 8, index * 16 + 16),
        ]),
        ...words.map((word, index) => local.set(word, i32.add(local.get(word), local.get(before[index] ?? 0)))),
        ...vectors.map((vector, index) => v128.store(i32.add(local.get(to), i32.const(index * 16)), local.get(vector))),
        advance(to, MD5_BLOCK),
        advance(from, MD5_BLOCK),
      ),
      ...words.map((word, index) => i32.store(stateWord(index), local.get(word))),
    ].flat(),
  };
}

/**
 * `update(crc, length)`: takes the first `length` bytes of the input, a positive number of MD5 blocks, into the MD5 state, and
 * returns the CRC after them. The input is used up.
 */
function update(): Func {
  const [crc, length, folded, rest] = [0, 1, 2, 3] as const;
  const foldedSpan = i32.const(FOLDED_SPAN);
  const input = i32.const(INPUT);
  return {
    exportAs: 'update',
    params: ['i64', 'i32'],
    result: 'i64',
    locals: ['i32', 'i32'],
    body: [
      when(
        i32.lessThan(i32.const(2 * SPAN), local.get(length)),
        local.set(folded, i32.sub(local.get(length), foldedSpan)),
        local.set(rest, i32.add(input, local.get(folded))),
        // Among the zeros, the largest distance before the input: so the CRC so far is folded into the first bytes, and only
        // there, without changing what MD5 reads.
        i64.store(i32.const(INPUT - SPAN), local.get(crc)),
        call(MIX, input, input, local.get(folded)),
        memory.copy(i32.const(TAIL), local.get(rest), foldedSpan),
        memory.fill(local.get(rest), i32.const(0), foldedSpan),
        call(MIX, i32.const(TAIL), local.get(rest), foldedSpan),
        returned(call(SLICE, i64.const(0n), i32.const(TAIL), i32.add(i32.const(TAIL), foldedSpan))),
      ),
      local.set(crc, call(SLICE, local.get(crc), input, i32.add(input, local.get(length)))),
      call(MIX, input, input, local.get(length)),
      local.get(crc),
    ].flat(),
  };
}

/** The binary of the kernel that computes MD5 and CRC64NVME at once. */
export function buildMd5Crc64Kernel(): Uint8Array {
  const functions: Func[] = [];
  functions[PREPARE] = prepare(CRC_PARAMETERS.CRC64NVME);
  functions[MIX] = mix();
  functions[SLICE] = slice(CRC_PARAMETERS.CRC64NVME);
  functions.push(update());
  return assemble({ memoryPages: MEMORY_PAGES, functions });
}
