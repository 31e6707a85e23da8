/** Control characters are shown as `\u{…}`: a key can be 1,024 bytes of anything, and a terminal obeys some of them. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
