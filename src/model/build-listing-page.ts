import {
  CLASS,
  DELETE_MARKER,
  ETAG,
  KEY,
  LATEST,
  type ListedEntry,
  type ListingPage,
  MODIFIED,
  SIZE,
  STRIDE,
  VERSION,
} from './listing-page.ts';
import { viewOf } from './same-words.ts';

const ENCODER = new TextEncoder();

/** A page of entries that did not come as the bytes of a listing: `entryAt` is the inverse. */
export function toPage(entries: readonly ListedEntry[]): ListingPage {
  const texts: Uint8Array[] = [];
  const spans = new Uint32Array(entries.length * STRIDE);
  let length = 0;
  function keep(text: string, place: number): void {
    const bytes = ENCODER.encode(text);
    texts.push(bytes);
    spans[place] = length;
    length += bytes.length;
    spans[place + 1] = length;
  }
  for (const [index, entry] of entries.entries()) {
    const row = index * STRIDE;
    keep(entry.key, row + KEY);
    keep(entry.versionId ?? '', row + VERSION);
    keep(entry.etag, row + ETAG);
    keep(entry.storageClass, row + CLASS);
    keep(entry.lastModifiedAt.toISOString(), row + MODIFIED);
    keep(entry.deleteMarker === true ? '' : String(entry.sizeBytes), row + SIZE);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const text of texts) {
    bytes.set(text, at);
    at += text.length;
  }
  const flags = entries.map(
    ({ deleteMarker, isLatest }) => (deleteMarker === true ? DELETE_MARKER : 0) + (isLatest ? LATEST : 0),
  );
  return {
    bytes,
    view: viewOf(bytes),
    count: entries.length,
    spans,
    sizes: Float64Array.from(entries, ({ sizeBytes }) => sizeBytes),
    flags: Uint8Array.from(flags),
  };
}
