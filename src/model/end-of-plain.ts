const [LT, COMMA] = [0x3c, 0x2c];

/**
 * The place of the first `<`, or byte below the comma in ASCII, from here on; the end where there is none. In keys, ETags, versions,
 * classes and dates, XML and CSV end with one of them, and quotes, escapes and entities begin with one.
 *
 * Four bytes at once: where a byte is below a number, taking that number from it sets its high bit, and in the lowest such byte
 * nothing else can.
 */
export function endOfPlain(view: DataView, from: number): number {
  let at = from;
  for (const last = view.byteLength - 4; at <= last; at += 4) {
    const word = view.getInt32(at, true);
    const other = word ^ 0x3c3c_3c3c;
    const found = (((other - 0x0101_0101) & ~other) | ((word - 0x2c2c_2c2c) & ~word)) & -0x7f7f_7f80;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
  for (; at < view.byteLength; at += 1) {
    const byte = view.getUint8(at);
    if (byte === LT || byte < COMMA) break;
  }
  return at;
}
