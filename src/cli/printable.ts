import { formatBytes, formatCount } from '../model/quantity-text.ts';

export { formatAmount, formatBytes, formatCount, formatDollars } from '../model/quantity-text.ts';
export { printable } from '../model/printable.ts';

/** Rounded for people and exact for comparing: `10.0 MiB (10,485,760 bytes)`. */
export function formatSize(sizeBytes: number): string {
  return sizeBytes < 1024
    ? `${formatCount(sizeBytes)} byte${sizeBytes === 1 ? '' : 's'}`
    : `${formatBytes(sizeBytes)} (${formatCount(sizeBytes)} bytes)`;
}
