/**
 * Just enough of the WebAssembly binary format to write the checksum kernels down and get the same bytes every time.
 *
 * @see https://webassembly.github.io/spec/core/binary/index.html
 */

/** Instructions in binary form. An expression leaves one value on the stack, a statement none. */
export type Code = readonly number[];

type ValueType = 'i32' | 'i64' | 'v128';

export interface Func {
  /** Name under which JavaScript sees it; absent: only other functions call it. */
  readonly exportAs?: string;
  readonly params: readonly ValueType[];
  readonly result?: ValueType;
  /** Numbered after the parameters, zero at the start. */
  readonly locals: readonly ValueType[];
  readonly body: Code;
}

export interface Module {
  /** Of 64 KiB, exported as `memory`. */
  readonly memoryPages: number;
  readonly functions: readonly Func[];
}

const VALUE_TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const NO_RESULT = 0x40;
const END = 0x0b;

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

type Binary = (a: Code, b: Code) => Code;
type Load = (address: Code, offset?: number) => Code;
type Store = (address: Code, value: Code) => Code;

const binary = (...opcode: number[]): Binary => {
  return (a, b) => [...a, ...b, ...opcode];
};
// The zero after the opcode is the alignment hint: none, addresses are whatever the sparse polynomial says.
const load = (...opcode: number[]): Load => {
  return (address, offset = 0) => [...address, ...opcode, 0, ...unsigned(offset)];
};
const store = (...opcode: number[]): Store => {
  return (address, value) => [...address, ...value, ...opcode, 0, 0];
};

type Unary = (value: Code) => Code;

export const i32: Readonly<
  Record<'add' | 'sub' | 'and' | 'or' | 'xor' | 'shl' | 'rotateLeft' | 'lessThan', Binary> & {
    load: Load;
    store: Store;
    fromI64: Unary;
    const: (value: number) => Code;
  }
> = {
  const: (value) => [0x41, ...signed(BigInt(value))],
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  rotateLeft: binary(0x77),
  load: load(0x28),
  store: store(0x36),
  lessThan: binary(0x48),
  fromI64: (value) => [...value, 0xa7],
};

export const i64: Readonly<
  Record<'sub' | 'and' | 'xor' | 'shl' | 'shiftRight', Binary> &
    Record<'load' | 'load8' | 'load32', Load> &
    Record<'store' | 'store32', Store> & { fromI32: Unary; const: (value: bigint) => Code }
> = {
  const: (value) => [0x42, ...signed(BigInt.asIntN(64, value))],
  sub: binary(0x7d),
  and: binary(0x83),
  xor: binary(0x85),
  shl: binary(0x86),
  shiftRight: binary(0x88),
  load: load(0x29),
  load8: load(0x31),
  load32: load(0x35),
  store: store(0x37),
  store32: store(0x3e),
  fromI32: (value) => [...value, 0xad],
};

export const v128: Readonly<{ load: Load; store: Store; xor: Binary }> = {
  load: load(0xfd, 0x00),
  store: store(0xfd, 0x0b),
  xor: binary(0xfd, 0x51),
};

export const memory: Readonly<Record<'copy' | 'fill', (at: Code, what: Code, length: Code) => Code>> = {
  copy: (to, from, length) => [...to, ...from, ...length, 0xfc, 0x0a, 0, 0],
  fill: (from, value, length) => [...from, ...value, ...length, 0xfc, 0x0b, 0],
};

export const local: Readonly<{ get: (index: number) => Code; set: (index: number, value: Code) => Code }> = {
  get: (index) => [0x20, ...unsigned(index)],
  set: (index, value) => [...value, 0x21, ...unsigned(index)],
};

export function call(index: number, ...args: readonly Code[]): Code {
  return [...args.flat(), 0x10, ...unsigned(index)];
}

export function when(condition: Code, ...body: readonly Code[]): Code {
  return [...condition, 0x04, NO_RESULT, ...body.flat(), END];
}

/** Runs the body once, and again as long as the condition holds. */
export function repeatWhile(condition: Code, ...body: readonly Code[]): Code {
  return [0x03, NO_RESULT, ...body.flat(), ...condition, 0x0d, 0, END];
}

export function returned(value: Code): Code {
  return [...value, 0x0f];
}

function vector(entries: readonly Code[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function section(id: number, entries: readonly Code[]): number[] {
  const content = vector(entries);
  return [id, ...unsigned(content.length), ...content];
}

function exported(name: string, kind: number, index: number): number[] {
  return [...vector([...Buffer.from(name)].map((byte) => [byte])), kind, ...unsigned(index)];
}

/** The binary form of a module: sections of types, functions, memory, exports and code. */
export function assemble({ memoryPages, functions }: Module): Uint8Array {
  const types = functions.map(({ params, result }) => [
    0x60,
    ...vector(params.map((type) => [VALUE_TYPE[type]])),
    ...vector(result === undefined ? [] : [[VALUE_TYPE[result]]]),
  ]);
  const exports = functions.flatMap(({ exportAs }, index) =>
    exportAs === undefined ? [] : [exported(exportAs, 0x00, index)],
  );
  const bodies = functions.map(({ locals, body }) => {
    const content = [...vector(locals.map((type) => [1, VALUE_TYPE[type]])), ...body, END];
    return [...unsigned(content.length), ...content];
  });
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0x00, ...unsigned(memoryPages)]]),
    ...section(7, [exported('memory', 0x02, 0), ...exports]),
    ...section(10, bodies),
  ]);
}
