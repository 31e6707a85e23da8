import {
  compareEntryKeys,
  DELETE_MARKER,
  type ListingPage,
  MODIFIED,
  STRIDE,
  textAt,
} from '../../model/listing-page.ts';

/**
 * The page in the order of its keys. S3 lists objects and delete markers in one order; other servers list first these and then
 * those, and of one key the newest is first.
 */
export function orderListing(page: ListingPage): ListingPage {
  if (!page.flags.subarray(0, page.count).some((flags) => (flags & DELETE_MARKER) !== 0) || isOrdered(page))
    return page;
  const order = Array.from({ length: page.count }, (_, index) => index).toSorted(
    (a, b) => compareEntryKeys({ page, index: a }, { page, index: b }) || modifiedMs(page, b) - modifiedMs(page, a),
  );
  const spans = new Uint32Array(page.count * STRIDE);
  for (const [to, from] of order.entries()) {
    spans.set(page.spans.subarray(from * STRIDE, (from + 1) * STRIDE), to * STRIDE);
  }
  return {
    ...page,
    spans,
    sizes: Float64Array.from(order, (from) => page.sizes[from] ?? 0),
    flags: Uint8Array.from(order, (from) => page.flags[from] ?? 0),
  };
}

function isOrdered(page: ListingPage): boolean {
  for (let index = 1; index < page.count; index += 1) {
    if (compareEntryKeys({ page, index: index - 1 }, { page, index }) > 0) return false;
  }
  return true;
}

function modifiedMs(page: ListingPage, index: number): number {
  return Date.parse(textAt(page, index, MODIFIED));
}
