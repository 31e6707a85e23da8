import { HoldfastError } from '../errors.ts';
import {
  CLASS,
  DELETE_MARKER,
  ETAG,
  KEY,
  LATEST,
  type ListingPage,
  MODIFIED,
  SIZE,
  STRIDE,
  VERSION,
} from '../model/listing-page.ts';
import { viewOf } from '../model/same-words.ts';
import { endOfPlain } from '../model/end-of-plain.ts';
import { decodeUrl } from '../model/decode-in-place.ts';
import { createColumns, grow, type ListingColumns } from '../model/listing-columns.ts';

const [QUOTE, COMMA, NEWLINE, RETURN, LETTER_T] = [0x22, 0x2c, 0x0a, 0x0d, 0x74];

/** What is made of a column that is no text of a page. */
const [IS_LATEST, IS_MARKER, UNUSED] = [100, 101, -1];

const PLACES: Readonly<Record<string, number>> = {
  key: KEY,
  versionid: VERSION,
  islatest: IS_LATEST,
  isdeletemarker: IS_MARKER,
  size: SIZE,
  lastmodifieddate: MODIFIED,
  etag: ETAG,
  storageclass: CLASS,
};

/** Without these two inventories say nothing about each other. */
const NEEDED = ['key', 'size', 'lastmodifieddate', 'etag'] as const;

/** Reads the rows of a CSV inventory as they flow. */
export interface InventoryParser {
  /** The rows that have come to their end; `undefined`: none. The page is valid until the next call. */
  push(chunk: Buffer): ListingPage | undefined;
  /** The last row, where no line break ends it. */
  end(): ListingPage | undefined;
}

/** Throws `invalid-config` where a needed column is not among them. */
export function createInventoryParser(columnNames: readonly string[], name: string): InventoryParser {
  const missing = NEEDED.filter((column) => !columnNames.includes(column));
  if (missing.length > 0) {
    const message = `${name} has no ${missing.join(', ')}: configure the inventory with these fields`;
    throw new HoldfastError('invalid-config', 'inventory', message);
  }
  const layout = {
    places: columnNames.map((column) => PLACES[column] ?? UNUSED),
    // Without the column only current objects are listed.
    flags: columnNames.includes('islatest') ? 0 : LATEST,
    name,
  };
  const columns = createColumns();
  let carried = Buffer.alloc(0);
  const read = (bytes: Buffer, to: number): ListingPage => {
    const view = viewOf(bytes);
    const count = readRows({ bytes, view }, to, { ...layout, columns });
    return { bytes, view, count, spans: columns.spans, sizes: columns.sizes, flags: columns.flags };
  };
  return {
    push(chunk) {
      const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      carried = Buffer.from(bytes.subarray(end)); // decoding keys changes the bytes of the page
      return end === 0 ? undefined : read(bytes, end);
    },
    end() {
      const rest = Buffer.concat([carried, Buffer.from('\n')]);
      carried = Buffer.alloc(0);
      return rest.length === 1 ? undefined : read(rest, rest.length);
    },
  };
}

interface Layout {
  readonly places: readonly number[];
  readonly flags: number;
  readonly name: string;
  readonly columns: ListingColumns;
}

/**
 * Every row up to `to`, where one ends; answers how many. Keys are decoded where they stand. Each row fills the same columns, so that
 * nothing is left over from a page before.
 */
function readRows(
  { bytes, view }: { readonly bytes: Buffer; readonly view: DataView },
  to: number,
  { places, flags, name, columns }: Layout,
): number {
  let at = 0;
  let count = 0;
  while (at < to) {
    if (bytes[at] === NEWLINE || bytes[at] === RETURN) {
      at += 1;
      continue;
    }
    if (count >= columns.sizes.length) grow(columns);
    const { spans, sizes } = columns;
    const row = count * STRIDE;
    let flag = flags;
    let left = places.length;
    for (const place of places) {
      left -= 1;
      const isQuoted = bytes[at] === QUOTE;
      const from = isQuoted ? at + 1 : at;
      let end = isQuoted ? endOfPlain(view, from) : from;
      const isPlain = bytes[end] === QUOTE;
      if (isQuoted) while (end < to && bytes[end] !== QUOTE) end += 1;
      else while (end < to && bytes[end] !== COMMA && bytes[end] !== NEWLINE && bytes[end] !== RETURN) end += 1;
      at = isQuoted ? end + 1 : end;
      if (place === KEY) {
        const decoded = isPlain ? end : decodeUrl(bytes, from, end);
        if (decoded === -1) throw damaged(name, bytes.toString('utf8', from, Math.min(end, from + 200)));
        spans[row + KEY] = from;
        spans[row + KEY + 1] = decoded;
      } else if (place === IS_LATEST) flag |= bytes[from] === LETTER_T ? LATEST : 0;
      else if (place === IS_MARKER) flag |= bytes[from] === LETTER_T ? DELETE_MARKER : 0;
      else if (place !== UNUSED) {
        spans[row + place] = from;
        spans[row + place + 1] = end;
        if (place === SIZE) sizes[count] = toNumber(view, from, end);
      }
      const isLast = left === 0;
      if (isLast && bytes[at] === RETURN) at += 1;
      if (bytes[at] !== (isLast ? NEWLINE : COMMA)) {
        throw damaged(name, `row ${count + 1} of a piece has not ${places.length} columns`);
      }
      at += 1;
    }
    columns.flags[count] = flag;
    count += 1;
  }
  return count;
}

/** Empty for a delete marker. */
function toNumber(view: DataView, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + view.getUint8(at) - 0x30;
  return value;
}

function damaged(name: string, what: string): HoldfastError {
  return new HoldfastError('unexpected', 'inventory', `${name} is not as S3 writes inventories: ${what}`);
}
