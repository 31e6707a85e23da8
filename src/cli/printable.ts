const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Control characters are shown as `\u{…}`: a key can be 1,024 bytes of anything, and a terminal obeys some of them. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `12,345` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Rounded to three digits: `10.0 MiB`. Below 1 KiB it is exact. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`;
  let value = sizeBytes;
  let unit: string = 'B';
  for (const next of UNITS) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value >= 100 ? Math.round(value) : value.toPrecision(3)} ${unit}`;
}

/** Rounded for people and exact for comparing: `10.0 MiB (10,485,760 bytes)`. */
export function formatSize(sizeBytes: number): string {
  return sizeBytes < 1024
    ? `${formatCount(sizeBytes)} byte${sizeBytes === 1 ? '' : 's'}`
    : `${formatBytes(sizeBytes)} (${formatCount(sizeBytes)} bytes)`;
}
