import { CLASS, ETAG, KEY, MODIFIED, SIZE, STRIDE, VERSION } from '../../model/listing-page.ts';
import { endOfPlain } from '../../model/end-of-plain.ts';
import type { ListingColumns } from '../../model/listing-columns.ts';
import { sameWords, viewOf } from '../../model/same-words.ts';

const [LT, ZERO, NINE] = [0x3c, 0x30, 0x39];
const VALUES: readonly number[] = [KEY, VERSION, ETAG, CLASS, MODIFIED, SIZE];
/** A page has entries of a few shapes: current or not, with an owner or without, delete markers. */
const MOST_SHAPES = 4;

/** What the entries of a page have in common: everything but their values, byte by byte. */
interface EntryShape {
  /** The values of an entry, in the order in which it has them. */
  readonly fields: readonly number[];
  /** Where what stands before each value began in the entry that was read first, and behind the last one; and its length. */
  readonly gaps: readonly { readonly from: number; readonly length: number }[];
  readonly flag: number;
}

/**
 * Reads entries that are like an earlier one of the same page: of nearly all, only values are new, and comparing what stands between
 * them takes a fraction of the time of understanding it. Whatever is not exactly alike is left to whoever reads anything.
 */
export interface ShapedReader {
  /** Fills a row from the entry at `at` and answers where the next element begins; -1: it is like none of those before. */
  read(at: number, index: number): number;
  /** An entry has been read from here to there: others may be like it. */
  learn(place: { readonly from: number; readonly to: number; readonly index: number }): void;
}

export interface ShapedReaderOptions {
  readonly columns: ListingColumns;
  readonly decode: (bytes: Uint8Array, from: number, to: number) => number;
}

export function createShapedReader(bytes: Buffer, { columns, decode }: ShapedReaderOptions): ShapedReader {
  const view = viewOf(bytes);
  const shapes: EntryShape[] = [];
  let lastHit = 0;

  function isSame({ from, length }: EntryShape['gaps'][number], at: number): boolean {
    if (at + length > bytes.length) return false;
    let offset = sameWords(view, from, view, at, length);
    for (; offset < length; offset += 1) if (bytes[from + offset] !== bytes[at + offset]) return false;
    return true;
  }

  function readAs({ fields, gaps, flag }: EntryShape, begin: number, index: number): number {
    const { spans, sizes, flags } = columns;
    const row = index * STRIDE;
    for (let place = row; place < row + STRIDE; place += 1) spans[place] = 0; // far faster than `fill` of so few
    let isPlain = true;
    let size = 0;
    let at = begin;
    for (let turn = 0; turn < fields.length; turn += 1) {
      const gap = gaps[turn];
      if (gap === undefined || !isSame(gap, at)) return -1;
      at += gap.length;
      const field = fields[turn] ?? KEY;
      const from = at;
      if (field === SIZE) {
        for (let byte = bytes[at] ?? LT; byte !== LT; byte = bytes[at] ?? LT) {
          if (byte < ZERO || byte > NINE) return -1;
          size = size * 10 + byte - ZERO;
          at += 1;
        }
      } else {
        at = endOfPlain(view, at);
        if (field === KEY && bytes[at] !== LT) {
          isPlain = false;
          at = bytes.indexOf(LT, at);
        }
      }
      if (at <= from) return -1;
      spans[row + field] = from;
      spans[row + field + 1] = at;
    }
    const gap = gaps[fields.length];
    if (gap === undefined || !isSame(gap, at)) return -1;
    if (!isPlain) {
      // Last, because it changes the bytes: an entry of another shape would be decoded twice.
      const decoded = decode(bytes, spans[row + KEY] ?? 0, spans[row + KEY + 1] ?? 0);
      if (decoded <= (spans[row + KEY] ?? 0)) return -1;
      spans[row + KEY + 1] = decoded;
    }
    sizes[index] = size;
    flags[index] = flag;
    return at + gap.length;
  }

  return {
    read(at, index) {
      if (index >= columns.sizes.length) return -1;
      for (let turn = 0; turn < shapes.length; turn += 1) {
        const shape = shapes[(lastHit + turn) % shapes.length];
        const end = shape === undefined ? -1 : readAs(shape, at, index);
        if (end === -1) continue;
        lastHit = (lastHit + turn) % shapes.length;
        return end;
      }
      return -1;
    },
    learn({ from, to, index }) {
      const shape = shapeOf(bytes, { from, to, row: index * STRIDE, flag: columns.flags[index] ?? 0 }, columns.spans);
      lastHit = shapes.length < MOST_SHAPES ? shapes.length : (lastHit + 1) % MOST_SHAPES;
      shapes[lastHit] = shape;
    },
  };
}

function shapeOf(
  bytes: Buffer,
  { from, to, row, flag }: { readonly from: number; readonly to: number; readonly row: number; readonly flag: number },
  spans: Uint32Array,
): EntryShape {
  const fields = VALUES.filter((field) => (spans[row + field + 1] ?? 0) > (spans[row + field] ?? 0)).toSorted(
    (a, b) => (spans[row + a] ?? 0) - (spans[row + b] ?? 0),
  );
  const gaps: { from: number; length: number }[] = [];
  let at = from;
  for (const field of fields) {
    const begin = spans[row + field] ?? 0;
    gaps.push({ from: at, length: begin - at });
    at = spans[row + field + 1] ?? 0;
    if (field === KEY) at = bytes.indexOf(LT, at); // it was longer before it was decoded
  }
  return { fields, gaps: [...gaps, { from: at, length: to - at }], flag };
}
