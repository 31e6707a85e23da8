import { CLASS, DELETE_MARKER, ETAG, KEY, LATEST, MODIFIED, SIZE, STRIDE, VERSION } from '../../model/listing-page.ts';
import { grow, type ListingColumns } from '../../model/listing-columns.ts';

const [LT, GT, SLASH, AMP, QUOTE] = [0x3c, 0x3e, 0x2f, 0x26, 0x22];

/** Where one entry goes. */
export interface EntryPlan {
  readonly columns: ListingColumns;
  readonly index: number;
  /** Of the name of its element. */
  readonly nameLength: number;
  readonly isMarker: boolean;
  readonly decode: (bytes: Uint8Array, from: number, to: number) => number;
}

/** Fills one row and answers where the next element begins; -1: this is not what S3 sends. */
export function readEntry(
  bytes: Buffer,
  begin: number,
  { columns, index, nameLength, isMarker, decode }: EntryPlan,
): number {
  if (index >= columns.sizes.length) grow(columns);
  const { spans, sizes, flags } = columns;
  const row = index * STRIDE;
  spans.fill(0, row, row + STRIDE);
  sizes[index] = 0;
  let flag = isMarker ? DELETE_MARKER : LATEST;
  let at = begin;
  for (;;) {
    while (bytes[at] !== LT) {
      if ((bytes[at] ?? LT) > 0x20) return -1;
      at += 1;
      if (at >= bytes.length) return -1;
    }
    if (bytes[at + 1] === SLASH) break;
    const field = fieldAt(bytes, at);
    if (field === -1) {
      at = skipElement(bytes, at);
      if (at === -1) return -1;
      continue;
    }
    const from = at + (NAME_LENGTHS[field] ?? 0) + 2;
    let to = from;
    while (bytes[to] !== LT) {
      to += 1;
      if (to >= bytes.length) return -1;
    }
    if (bytes[to + 1] !== SLASH) return -1;
    at = to + (NAME_LENGTHS[field] ?? 0) + 3;
    if (field === KEY) {
      const decoded = decode(bytes, from, to);
      if (decoded === -1) return -1;
      spans[row + KEY] = from;
      spans[row + KEY + 1] = decoded;
    } else if (field === IS_LATEST) {
      flag = (flag & ~LATEST) | (bytes[from] === 0x74 ? LATEST : 0);
    } else if (field === ETAG) {
      if (!setETag(bytes, spans, { row, from, to })) return -1;
    } else {
      if (field === SIZE) {
        const size = toNumber(bytes, from, to);
        if (size === -1) return -1;
        sizes[index] = size;
      } else if (field === VERSION && hasEntity(bytes, from, to)) return -1;
      spans[row + field] = from;
      spans[row + field + 1] = to;
    }
  }
  flags[index] = flag;
  const close = at + nameLength + 2;
  return bytes[close] !== GT || (spans[row + KEY + 1] ?? 0) === 0 ? -1 : close + 1;
}

/** Not a column: a flag. */
const IS_LATEST = 13;

/** Lengths of the names of elements, by their place in `spans`. */
const NAME_LENGTHS: Readonly<Record<number, number>> = {
  [KEY]: 3,
  [VERSION]: 9,
  [ETAG]: 4,
  [CLASS]: 12,
  [MODIFIED]: 12,
  [SIZE]: 4,
  [IS_LATEST]: 8,
};

/** The field whose element begins here, by its letters; -1: one that is not needed. */
function fieldAt(bytes: Uint8Array, at: number): number {
  switch (bytes[at + 1]) {
    case 0x4b: // <Key>
      return bytes[at + 4] === GT && bytes[at + 2] === 0x65 ? KEY : -1;
    case 0x56: // <VersionId>
      return bytes[at + 10] === GT && bytes[at + 8] === 0x49 ? VERSION : -1;
    case 0x45: // <ETag>
      return bytes[at + 5] === GT && bytes[at + 2] === 0x54 ? ETAG : -1;
    case 0x53: // <StorageClass>, <Size>
      if (bytes[at + 13] === GT && bytes[at + 8] === 0x43) return CLASS;
      return bytes[at + 5] === GT && bytes[at + 2] === 0x69 ? SIZE : -1;
    case 0x4c: // <LastModified>
      return bytes[at + 13] === GT && bytes[at + 5] === 0x4d ? MODIFIED : -1;
    case 0x49: // <IsLatest>
      return bytes[at + 9] === GT && bytes[at + 3] === 0x4c ? IS_LATEST : -1;
    default:
      return -1;
  }
}

/** Quotes are written as themselves or as entities. */
function setETag(
  bytes: Uint8Array,
  spans: Uint32Array,
  { row, from, to }: { readonly row: number; readonly from: number; readonly to: number },
): boolean {
  let [begin, end] = [from, to];
  if (bytes[begin] === AMP) {
    if (end - begin < 12 || bytes[begin + 1] !== 0x71 || bytes[end - 5] !== 0x71) return false; // &quot;
    begin += 6;
    end -= 6;
  } else if (bytes[begin] === QUOTE) {
    if (end - begin < 2 || bytes[end - 1] !== QUOTE) return false;
    begin += 1;
    end -= 1;
  }
  for (let at = begin; at < end; at += 1) if (bytes[at] === AMP || bytes[at] === QUOTE) return false;
  spans[row + ETAG] = begin;
  spans[row + ETAG + 1] = end;
  return true;
}

function hasEntity(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] === AMP) return true;
  return false;
}

function toNumber(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return to > from ? value : -1;
}

/** Passes over an element, whatever is in it, and answers what comes behind; -1: it has no end, or attributes. */
function skipElement(bytes: Buffer, at: number): number {
  let close = at + 1;
  while (isNameLetter(bytes[close])) close += 1;
  if (bytes[close] === SLASH && bytes[close + 1] === GT) return close + 2;
  if (bytes[close] !== GT || close === at + 1) return -1;
  let end = close + 1;
  while (bytes[end] !== LT) {
    end += 1;
    if (end >= bytes.length) return -1;
  }
  if (bytes[end + 1] === SLASH) {
    const behind = end + (close - at) + 1;
    return bytes[behind] === GT ? behind + 1 : -1;
  }
  const closing = bytes.indexOf(`</${bytes.toString('latin1', at + 1, close)}>`, close); // it holds others, as Owner does
  return closing === -1 ? -1 : closing + (close - at) + 2;
}

function isNameLetter(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}
