import { encodeKey } from './encode-key.ts';
import { invalidArgument } from './s3-error.ts';

export interface ListingParameters {
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  readonly encodingType: 'url' | undefined;
}

export function listingParameters(query: URLSearchParams): ListingParameters {
  const encodingType = query.get('encoding-type') ?? undefined;
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('encoding-type', encodingType, 'Invalid Encoding Method specified in Request');
  }
  return { prefix: query.get('prefix') ?? '', delimiter: query.get('delimiter') ?? '', encodingType };
}

export function encoderOf(encodingType: 'url' | undefined): (text: string) => string {
  return encodingType === 'url' ? encodeKey : (text) => text;
}

export interface Page<T> {
  readonly entries: readonly T[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last thing of the page: an entry, or a common prefix. */
  readonly last: { readonly name: string; readonly entry?: T } | undefined;
}

/**
 * Cuts one page from entries in S3's order: those whose key goes on behind the delimiter are folded into one common prefix,
 * which counts as one. A prefix that the marker is part of was listed on an earlier page.
 */
export function foldListing<T extends { readonly key: string }>(
  ordered: Iterable<T>,
  {
    prefix,
    delimiter,
    limit,
    marker,
  }: { readonly prefix: string; readonly delimiter: string; readonly limit: number; readonly marker: string },
): Page<T> {
  const entries: T[] = [];
  const commonPrefixes: string[] = [];
  let last: Page<T>['last'];
  if (limit === 0) return { entries, commonPrefixes, truncated: false, last };
  for (const entry of ordered) {
    if (!entry.key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : entry.key.indexOf(delimiter, prefix.length);
    const folded = cut === -1 ? undefined : entry.key.slice(0, cut + delimiter.length);
    if (folded !== undefined && (folded === commonPrefixes.at(-1) || (marker !== '' && marker.startsWith(folded))))
      continue;
    if (entries.length + commonPrefixes.length === limit) return { entries, commonPrefixes, truncated: true, last };
    if (folded === undefined) {
      entries.push(entry);
      last = { name: entry.key, entry };
    } else {
      commonPrefixes.push(folded);
      last = { name: folded };
    }
  }
  return { entries, commonPrefixes, truncated: false, last };
}
