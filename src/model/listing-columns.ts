import { STRIDE } from './listing-page.ts';

/** Columns that are filled again and again. */
export interface ListingColumns {
  spans: Uint32Array;
  sizes: Float64Array;
  flags: Uint8Array;
}

/** More than S3 ever sends in one page. */
const FIRST_CAPACITY = 1_024;

export function createColumns(): ListingColumns {
  return {
    spans: new Uint32Array(FIRST_CAPACITY * STRIDE),
    sizes: new Float64Array(FIRST_CAPACITY),
    flags: new Uint8Array(FIRST_CAPACITY),
  };
}

/** Room for twice as many entries. */
export function grow(columns: ListingColumns): void {
  const capacity = columns.sizes.length * 2;
  const spans = new Uint32Array(capacity * STRIDE);
  const sizes = new Float64Array(capacity);
  const flags = new Uint8Array(capacity);
  spans.set(columns.spans);
  sizes.set(columns.sizes);
  flags.set(columns.flags);
  Object.assign(columns, { spans, sizes, flags });
}
