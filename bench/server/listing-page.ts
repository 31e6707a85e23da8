import { listingEnd, listingStart, type Sheets, writeEntries } from './listed-entries.ts';

/** Buckets that exist only as listings: any number of keys, in folders of 1,000 or in none. */
export interface ListedBucket {
  readonly count: number;
  readonly flat: boolean;
  /** Nine keys are missing and 33 have another size. */
  readonly damaged: boolean;
}

const DIGITS = 9;
const PER_FOLDER = 1_000;

export function keyOf({ flat }: Pick<ListedBucket, 'flat'>, index: number): string {
  const name = `object-${String(index).padStart(DIGITS, '0')}`;
  return flat ? name : `folder-${String(Math.floor(index / PER_FOLDER)).padStart(DIGITS, '0')}/${name}`;
}

/** The first index whose key is after the text. */
export function indexAfter(bucket: ListedBucket, text: string): number {
  const after = Buffer.from(text);
  let [low, high] = [0, bucket.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(keyOf(bucket, middle)), after) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function isMissing({ damaged, count }: ListedBucket, index: number): boolean {
  return damaged && index % Math.floor(count / 9) === 5;
}

function isOther({ damaged, count }: ListedBucket, index: number): boolean {
  return damaged && index % Math.floor(count / 33) === 7;
}

/** What of a bucket is asked for. */
export interface ListingQuestion {
  readonly prefix: string;
  readonly after: string;
  readonly delimiter: string;
  readonly most: number;
}

/** The answer to ListObjectsV2. */
export function listingOf(bucket: ListedBucket, question: ListingQuestion, sheets: Sheets): Buffer {
  const { prefix, after, delimiter } = question;
  const first = indexAfter(bucket, after > prefix ? after : prefix);
  const isOfFolders = delimiter === '/' && !bucket.flat && prefix === '';
  if (isOfFolders) return foldersFrom(bucket, first, question);
  const { head, indexes } = objectsFrom(bucket, first, question);
  return writeEntries(head, indexes, { flat: bucket.flat, isOther: (index) => isOther(bucket, index), sheets });
}

function objectsFrom(
  bucket: ListedBucket,
  first: number,
  { prefix, most }: ListingQuestion,
): { readonly head: string; readonly indexes: readonly number[] } {
  const behind = prefix === '' ? bucket.count : Math.max(first, indexAfter(bucket, `${prefix}\u{10FFFF}`));
  const indexes: number[] = [];
  let index = first;
  for (; index < behind && indexes.length < most; index += 1) if (!isMissing(bucket, index)) indexes.push(index);
  const last = indexes.at(-1);
  const more = index < behind && last !== undefined;
  const head = listingStart({ prefix, count: indexes.length, most, ...(more ? { next: keyOf(bucket, last) } : {}) });
  return { head, indexes };
}

function foldersFrom(bucket: ListedBucket, first: number, { prefix, most }: ListingQuestion): Buffer {
  const found: string[] = [];
  let last = '';
  let index = Math.ceil(first / PER_FOLDER) * PER_FOLDER;
  for (; index < bucket.count && found.length < most; index += PER_FOLDER) {
    last = `${keyOf(bucket, index).split('/')[0] ?? ''}/`;
    found.push(`<CommonPrefixes><Prefix>${last}</Prefix></CommonPrefixes>`);
  }
  // `folder-…/` behind the last one.
  const next = index < bucket.count ? { next: `${last}\u{FF}` } : {};
  const head = listingStart({ prefix, count: found.length, most, ...next });
  return Buffer.from(`${head}${found.join('')}${listingEnd}`);
}
