import { HoldfastError } from '../errors.ts';
import {
  compareBytes,
  KEY,
  type ListedEntry,
  entryAt,
  type ListingPage,
  MODIFIED,
  STRIDE,
  textAt,
} from '../model/listing-page.ts';
import { sameWords, viewOf } from '../model/same-words.ts';

/** What of a listing is looked at. */
export interface ListingFilter {
  /** The last key; absent: to the end. */
  readonly upTo?: string;
  /** Keys that begin so are nobody's data. */
  readonly leaveOut?: string;
  /** Nothing that was last modified before. */
  readonly since?: Date;
}

/** A listing that is walked entry by entry: the entry at `index` of `page`, unless `ended`. */
export interface ListingCursor {
  page: ListingPage;
  index: number;
  /** How many entries of the page are wanted, from the first. */
  count: number;
  ended: boolean;
  /** Passes over unwanted entries of the page. Whether one is left to look at, or the listing has ended. */
  isReady(): boolean;
  /** The next page, if the cursor is not ready. */
  load(): Promise<void>;
  close(): Promise<void>;
}

export interface CursorOptions extends ListingFilter {
  /** For people, where the order is wrong. */
  readonly name: string;
  /** Whether a key may come more than once, as versions do. */
  readonly versions: boolean;
  /** Told of each page before it is walked; may take its time, or end the walk by throwing. */
  readonly onPage: (page: ListingPage, count: number) => Promise<void> | void;
}

const NOTHING = new Uint8Array(0);
const EMPTY: ListingPage = {
  bytes: NOTHING,
  view: viewOf(NOTHING),
  count: 0,
  spans: new Uint32Array(0),
  sizes: new Float64Array(0),
  flags: new Uint8Array(0),
};
const ENCODER = new TextEncoder();

/** Throws `HoldfastError` where keys are not in the order of their bytes: two such listings cannot be merged. */
export function createListingCursor(pages: AsyncIterable<ListingPage>, options: CursorOptions): ListingCursor {
  const iterator = pages[Symbol.asyncIterator]();
  const upTo = options.upTo === undefined ? undefined : ENCODER.encode(options.upTo);
  const unwanted = createFilter(options);
  let last = NOTHING;
  let isLast = false;

  const cursor: ListingCursor = {
    page: EMPTY,
    index: 0,
    count: 0,
    ended: false,
    isReady() {
      if (unwanted !== undefined) {
        while (cursor.index < cursor.count && unwanted(cursor.page, cursor.index)) cursor.index += 1;
      }
      return cursor.index < cursor.count || cursor.ended;
    },
    async load() {
      if (cursor.isReady()) return;
      const next: IteratorResult<ListingPage> = isLast ? { done: true, value: undefined } : await iterator.next();
      if (next.done === true) {
        cursor.ended = true;
        return;
      }
      const page = next.value;
      last = checkOrder(page, last, options);
      cursor.page = page;
      cursor.index = 0;
      cursor.count = upTo === undefined ? page.count : countUpTo(page, upTo);
      isLast = cursor.count < page.count;
      await options.onPage(page, cursor.count);
    },
    close: async () => void (await iterator.return?.()),
  };

  return cursor;
}

/** The entry where the cursor stands, which moves on. */
export function takeEntry(cursor: ListingCursor): ListedEntry {
  const entry = entryAt(cursor.page, cursor.index);
  cursor.index += 1;
  return entry;
}

/** Answers the last key of the page, or of those before. */
function checkOrder(page: ListingPage, before: Uint8Array, { versions, name }: CursorOptions): Uint8Array<ArrayBuffer> {
  const { bytes, view, spans, count } = page;
  let [known, from, to] = [before, 0, before.length];
  for (let index = 0; index < count; index += 1) {
    const [begin, end] = [spans[index * STRIDE + KEY] ?? 0, spans[index * STRIDE + KEY + 1] ?? 0];
    const same = index === 0 ? 0 : sameWords(view, from, view, begin, Math.min(to - from, end - begin));
    const order = compareBytes(known, from + same, to, bytes, begin + same, end);
    if (order > 0 || (order === 0 && !versions)) {
      throw new HoldfastError(
        'unexpected',
        'audit',
        `expected the keys of ${name} in the order of their UTF-8 bytes, got ${JSON.stringify(textAt(page, index, KEY))} too late`,
      );
    }
    [known, from, to] = [bytes, begin, end];
  }
  return Uint8Array.from(known.subarray(from, to));
}

/** How many entries at the beginning of the page have keys up to this one. */
function countUpTo({ bytes, spans, count }: ListingPage, upTo: Uint8Array): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [from, to] = [spans[middle * STRIDE + KEY] ?? 0, spans[middle * STRIDE + KEY + 1] ?? 0];
    if (compareBytes(bytes, from, to, upTo, 0, upTo.length) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function createFilter({ leaveOut, since }: ListingFilter): ((page: ListingPage, index: number) => boolean) | undefined {
  if (leaveOut === undefined && since === undefined) return undefined;
  const prefix = ENCODER.encode(leaveOut ?? '');
  const sinceMs = since?.getTime();
  return (page, index) => {
    if (prefix.length > 0 && startsWith(page, index, prefix)) return true;
    return sinceMs !== undefined && Date.parse(textAt(page, index, MODIFIED)) < sinceMs;
  };
}

function startsWith({ bytes, spans }: ListingPage, index: number, prefix: Uint8Array): boolean {
  const [from, to] = [spans[index * STRIDE + KEY] ?? 0, spans[index * STRIDE + KEY + 1] ?? 0];
  if (to - from < prefix.length) return false;
  for (let at = 0; at < prefix.length; at += 1) if (bytes[from + at] !== prefix[at]) return false;
  return true;
}
