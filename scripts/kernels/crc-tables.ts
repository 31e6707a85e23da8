import type { CrcParameters } from '../../src/digest/crc-parameters.ts';
import { type Code, type Func, i32, i64, local, repeatWhile, when } from './wasm-assembler.ts';

/** Address of the first table; together they fill at most the first 32 KiB. */
const TABLES = 0;

/** Bytes that are looked up per turn, and the number of tables. */
const SLICES = 16;

/** One entry of a lookup table: as wide as the CRC, so that the tables of the short ones stay in the first-level cache. */
function tableAccess({ bits }: CrcParameters): { shift: number; load: typeof i64.load; store: typeof i64.store } {
  return bits === 32
    ? { shift: 2, load: i64.load32, store: i64.store32 }
    : { shift: 3, load: i64.load, store: i64.store };
}

/** Moves a pointer in a local on. */
export function advance(pointer: number, bytes: number): Code {
  return local.set(pointer, i32.add(local.get(pointer), i32.const(bytes)));
}

/** `prepare()`: fills the tables. Table k holds the CRC of each byte followed by k zero bytes. */
export function prepare(parameters: CrcParameters): Func {
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

/** `slice(crc, from, end)`: the CRC after these bytes, sixteen at a time by one table each, then one by one. */
export function slice(parameters: CrcParameters): Func {
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
