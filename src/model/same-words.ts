/**
 * How many bytes from two places on are the same, as far as whole words of four tell: what follows is shorter than a word, or begins
 * with a word that differs. Throws `RangeError` where less than `length` bytes are there.
 */
// Five numbers and views: on the path of every key of two buckets, as `compareBytes` is.
// oxlint-disable-next-line eslint/max-params
export function sameWords(a: DataView, aFrom: number, b: DataView, bFrom: number, length: number): number {
  const last = length - 4;
  let offset = 0;
  for (; offset <= last; offset += 4) {
    if (a.getInt32(aFrom + offset, true) !== b.getInt32(bFrom + offset, true)) return offset;
  }
  return offset;
}

/** A view of the same bytes that reads words. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
