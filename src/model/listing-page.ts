import { sameWords } from './same-words.ts';

/**
 * One page of a listing as columns over its bytes: a bucket of a billion objects is walked without making an object, or even a
 * string, for each. Keys are in the order in which the server sent them, decoded, as UTF-8.
 *
 * A page is only lent: its memory is used again for a later page of the same listing.
 */
export interface ListingPage {
  readonly bytes: Uint8Array;
  /** Of the same bytes, to compare four at once. */
  readonly view: DataView;
  readonly count: number;
  /** `STRIDE` numbers for each entry: where its texts begin and end in `bytes`. */
  readonly spans: Uint32Array;
  readonly sizes: Float64Array;
  /** Sums of `DELETE_MARKER` and `LATEST`. */
  readonly flags: Uint8Array;
}

export const STRIDE = 12;

/** Places in `spans`, each of a beginning and the end after it; both are equal where there is no such text. */
export const KEY = 0;
export const VERSION = 2;
/** Without quotes. */
export const ETAG = 4;
export const CLASS = 6;
export const MODIFIED = 8;
/** The digits of the size. */
export const SIZE = 10;

export const DELETE_MARKER = 1;
export const LATEST = 2;

/** What a listing says of one version. */
export interface ListedEntry {
  readonly key: string;
  /** Absent: only current objects were listed, or the bucket keeps no versions. */
  readonly versionId?: string;
  /** Set on a delete marker, which has neither bytes nor an ETag. */
  readonly deleteMarker?: true;
  readonly isLatest: boolean;
  readonly sizeBytes: number;
  /** Without quotes; empty where the server names none. */
  readonly etag: string;
  /** `STANDARD` where the server leaves it out. */
  readonly storageClass: string;
  readonly lastModifiedAt: Date;
}

const UTF8 = new TextDecoder();

/** The entry as an object: for the few that differ. */
export function entryAt(page: ListingPage, index: number): ListedEntry {
  const flags = page.flags[index] ?? 0;
  const versionId = textAt(page, index, VERSION);
  const modified = textAt(page, index, MODIFIED);
  return {
    key: textAt(page, index, KEY),
    ...(versionId === '' ? {} : { versionId }),
    ...((flags & DELETE_MARKER) === 0 ? {} : { deleteMarker: true as const }),
    isLatest: (flags & LATEST) !== 0,
    sizeBytes: page.sizes[index] ?? 0,
    etag: textAt(page, index, ETAG),
    storageClass: textAt(page, index, CLASS) || 'STANDARD',
    lastModifiedAt: new Date(modified === '' ? 0 : modified),
  };
}

/** One text of an entry, such as its `KEY`. */
export function textAt({ bytes, spans }: ListingPage, index: number, field: number): string {
  const from = spans[index * STRIDE + field] ?? 0;
  return UTF8.decode(bytes.subarray(from, spans[index * STRIDE + field + 1]));
}

/** A place in a page. */
export interface EntryPlace {
  readonly page: ListingPage;
  readonly index: number;
}

/** Orders two keys as S3 lists them: by their bytes. */
export function compareEntryKeys(a: EntryPlace, b: EntryPlace): number {
  const [left, right] = [a.page.spans, b.page.spans];
  const [x, y] = [a.index * STRIDE + KEY, b.index * STRIDE + KEY];
  return compareBytes(a.page.bytes, left[x] ?? 0, left[x + 1] ?? 0, b.page.bytes, right[y] ?? 0, right[y + 1] ?? 0);
}

/** Whether a text of two entries is the same. */
export function isSameText(a: EntryPlace, b: EntryPlace, field: number): boolean {
  const [left, right] = [a.page.spans, b.page.spans];
  const [x, y] = [a.index * STRIDE + field, b.index * STRIDE + field];
  const [from, other] = [left[x] ?? 0, right[y] ?? 0];
  const length = (left[x + 1] ?? 0) - from;
  if (length !== (right[y + 1] ?? 0) - other) return false;
  const [bytes, others] = [a.page.bytes, b.page.bytes];
  let offset = sameWords(a.page.view, from, b.page.view, other, length);
  for (; offset < length; offset += 1) if (bytes[from + offset] !== others[other + offset]) return false;
  return true;
}

// Six numbers and two arrays: on the path of every key of two buckets, where an object for each call would be felt.
// oxlint-disable-next-line eslint/max-params
export function compareBytes(
  a: Uint8Array,
  aFrom: number,
  aTo: number,
  b: Uint8Array,
  bFrom: number,
  bTo: number,
): number {
  const shorter = Math.min(aTo - aFrom, bTo - bFrom);
  for (let offset = 0; offset < shorter; offset += 1) {
    const difference = (a[aFrom + offset] ?? 0) - (b[bFrom + offset] ?? 0);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}
