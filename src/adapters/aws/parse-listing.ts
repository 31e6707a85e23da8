import type { ListingPage } from '../../model/listing-page.ts';
import { viewOf } from '../../model/same-words.ts';
import { decodeEntities, decodeUrl } from '../../model/decode-in-place.ts';
import { createColumns, type ListingColumns } from '../../model/listing-columns.ts';
import { createShapedReader } from './listing-shape.ts';
import { readEntry } from './parse-listed-entry.ts';

/** A page, and how the listing goes on. */
export interface ParsedListing {
  readonly page: ListingPage;
  readonly truncated: boolean;
  /** As the server wrote them, decoded where keys are. */
  readonly nextToken?: string;
  readonly nextKeyMarker?: string;
  readonly nextVersionIdMarker?: string;
}

const [LT, GT, SLASH] = [0x3c, 0x3e, 0x2f];
const ROOT = /^(?:\uFEFF)?(?:<\?xml[^>]*\?>)?\s*<(ListBucketResult|ListVersionsResult)(?:\s[^>]*)?>/;

/**
 * Reads the XML of ListObjectsV2 or ListObjectVersions straight into columns, in any order of elements, and decodes keys where
 * they stand. Answers `undefined` for everything that it does not know for certain: then the SDK has to read it.
 *
 * The bytes belong to the page from then on, even where the answer is `undefined`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function parseListing(bytes: Buffer, columns: ListingColumns = createColumns()): ParsedListing | undefined {
  const root = ROOT.exec(bytes.toString('latin1', 0, Math.min(bytes.length, 512)));
  if (root === null) return undefined;
  const decode = bytes.includes('<EncodingType>url</EncodingType>') ? decodeUrl : decodeEntities;
  const texts = new Map<string, string>();
  const end = `</${root[1] ?? ''}>`;
  const shaped = createShapedReader(bytes, { columns, decode });
  let at = root[0].length;
  let count = 0;
  for (;;) {
    const behind = shaped.read(at, count);
    if (behind !== -1) {
      at = behind;
      count += 1;
      continue;
    }
    at = skipSpace(bytes, at);
    if (bytes[at] !== LT) return undefined;
    if (bytes[at + 1] === SLASH) break;
    const entry = entryNameAt(bytes, at);
    if (entry !== undefined) {
      const isMarker = entry === 'DeleteMarker';
      const from = at;
      at = readEntry(bytes, at + entry.length + 2, {
        columns,
        index: count,
        nameLength: entry.length,
        isMarker,
        decode,
      });
      if (at === -1) return undefined;
      shaped.learn({ from, to: at, index: count });
      count += 1;
      continue;
    }
    const close = bytes.indexOf(GT, at);
    if (close === -1) return undefined;
    const name = bytes.toString('latin1', at + 1, close);
    if (name.endsWith('/')) {
      at = close + 1;
      continue;
    }
    if (!/^\w+$/.test(name)) return undefined;
    const closing = bytes.indexOf(`</${name}>`, close);
    if (closing === -1) return undefined;
    // What is nested, as CommonPrefixes, is not read.
    if (bytes.indexOf(LT, close) === closing) texts.set(name, bytes.toString('utf8', close + 1, closing));
    at = closing + name.length + 3;
  }
  if (bytes.toString('latin1', at, at + end.length) !== end) return undefined;
  const page = { bytes, view: viewOf(bytes), count, spans: columns.spans, sizes: columns.sizes, flags: columns.flags };
  return toParsed(page, texts, decode === decodeUrl);
}

function toParsed(page: ListingPage, texts: ReadonlyMap<string, string>, encoded: boolean): ParsedListing | undefined {
  const [token, key, version] = ['NextContinuationToken', 'NextKeyMarker', 'NextVersionIdMarker'].map((name) =>
    texts.get(name),
  );
  const truncated = texts.get('IsTruncated');
  if (truncated !== 'true' && truncated !== 'false') return undefined;
  // Where the listing goes on must be right to the letter: entities in it are left to the SDK.
  if ([token, key, version].some((text) => text?.includes('&') === true)) return undefined;
  return {
    page,
    truncated: truncated === 'true',
    ...(token === undefined ? {} : { nextToken: token }),
    ...(key === undefined ? {} : { nextKeyMarker: encoded ? decodeURIComponent(key.replaceAll('+', ' ')) : key }),
    ...(version === undefined ? {} : { nextVersionIdMarker: version }),
  };
}

/** Without a text for each entry: the letters that are compared are in no other name of the same length. */
function entryNameAt(bytes: Uint8Array, at: number): 'Contents' | 'Version' | 'DeleteMarker' | undefined {
  if (bytes[at + 9] === GT && bytes[at + 1] === 0x43 && bytes[at + 8] === 0x73) return 'Contents';
  if (bytes[at + 8] === GT && bytes[at + 1] === 0x56 && bytes[at + 7] === 0x6e) return 'Version';
  if (bytes[at + 13] === GT && bytes[at + 1] === 0x44 && bytes[at + 7] === 0x4d) return 'DeleteMarker';
  return undefined;
}

function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  while ((bytes[next] ?? LT) <= 0x20) next += 1;
  return next;
}
