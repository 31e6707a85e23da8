/** What stands before the entries of a page. */
export interface ListingStart {
  readonly prefix: string;
  readonly count: number;
  readonly most: number;
  /** The key behind which the next page goes on; absent: this is the last. */
  readonly next?: string;
}

export const listingEnd = '</ListBucketResult>';

export function listingStart({ prefix, count, most, next }: ListingStart): string {
  const token =
    next === undefined ? '' : `<NextContinuationToken>${Buffer.from(next).toString('base64')}</NextContinuationToken>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<Name>b</Name><Prefix>${prefix}</Prefix><KeyCount>${count}</KeyCount><MaxKeys>${most}</MaxKeys>` +
    `<EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${token}`
  );
}

/** An entry as S3 writes it. */
const PATTERN =
  '<Contents><Key>folder-000000000/object-000000000</Key><LastModified>2026-11-02T08:15:30.000Z</LastModified>' +
  '<ETag>&quot;EEEEEEEE5d2c9a7f41b06e38d94a1c72&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>' +
  '<ChecksumType>FULL_OBJECT</ChecksumType><Size>1048570</Size><StorageClass>STANDARD</StorageClass></Contents>';

const MOST = 1_000;
const PER_FOLDER = 1_000;
const DIGITS = 9;
const [ZERO, OTHER] = [0x30, 0x31];
const HEX = Buffer.from('0123456789abcdef');

/** A whole page of entries that differ in digits only: copied at once and then filled in, so that serving costs little. */
interface Template {
  readonly page: Buffer;
  readonly width: number;
  readonly folder: number;
  readonly object: number;
  readonly etag: number;
  readonly size: number;
}

const inFolders = createTemplate(PATTERN);
const inNone = createTemplate(PATTERN.replace('folder-000000000/', ''));

function createTemplate(pattern: string): Template {
  return {
    page: Buffer.from(pattern.repeat(MOST)),
    width: pattern.length,
    folder: endOf(pattern, 'folder-'),
    object: endOf(pattern, 'object-'),
    etag: endOf(pattern, '<ETag>&quot;'),
    size: endOf(pattern, '<Size>104857'),
  };
}

function endOf(pattern: string, text: string): number {
  return pattern.indexOf(text) + text.length;
}

export interface EntryKind {
  readonly sheets: Sheets;
  readonly flat: boolean;
  /** Whether it has another size. */
  readonly isOther: (index: number) => boolean;
}

/** What a page is written into: the memory of one that was sent is used again, because new memory costs more than its content. */
export interface Sheets {
  take(bytes: number): Buffer;
  giveBack(page: Buffer): void;
}

export function createSheets(): Sheets {
  const free: ArrayBuffer[] = [];
  return {
    take(bytes) {
      const known = free.pop();
      const memory = known !== undefined && known.byteLength >= bytes ? known : new ArrayBuffer(Math.ceil(bytes * 1.1));
      return Buffer.from(memory, 0, bytes);
    },
    giveBack: ({ buffer }) => void (buffer instanceof ArrayBuffer && free.push(buffer)),
  };
}

/** The page with an entry for each index. */
export function writeEntries(head: string, indexes: readonly number[], { flat, isOther, sheets }: EntryKind): Buffer {
  const template = flat ? inNone : inFolders;
  const { width, folder, object, etag, size } = template;
  const start = Buffer.byteLength(head);
  const body = indexes.length * width;
  const page = sheets.take(start + body + listingEnd.length);
  page.write(head);
  template.page.copy(page, start, 0, body);
  page.write(listingEnd, start + body);
  let at = start;
  for (const index of indexes) {
    if (!flat) writeDigits(page, at + folder, (index / PER_FOLDER) | 0);
    writeDigits(page, at + object, index);
    writeETag(page, at + etag, index);
    page[at + size] = isOther(index) ? OTHER : ZERO;
    at += width;
  }
  return page;
}

function writeDigits(page: Buffer, at: number, value: number): void {
  let left = value | 0;
  for (let digit = at + DIGITS - 1; left > 0; digit -= 1) {
    const rest = (left / 10) | 0;
    page[digit] = ZERO + left - rest * 10;
    left = rest;
  }
}

/** An MD5 as far as anybody can see: eight digits that are its own, and those of every other. */
function writeETag(page: Buffer, at: number, index: number): void {
  let mixed = Math.imul(index + 1, 2_654_435_761);
  for (let digit = 0; digit < 8; digit += 1) {
    page[at + digit] = HEX[mixed & 15] ?? 0;
    mixed >>>= 4;
  }
}
