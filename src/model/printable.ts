/**
 * Control characters, and what is no character at all, are shown as `\u{…}`: a key can be 1,024 bytes of anything, and a
 * terminal obeys some of them.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu,
    (c) => `\\u{${Number(c.codePointAt(0)).toString(16)}}`,
  );
}
