/** A number and its unit stay on one line. */
const NBSP = '\u00A0';

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1.5 MiB`. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${Math.round(sizeBytes)}${NBSP}B`;
  const power = Math.min(UNITS.length, Math.floor(Math.log2(sizeBytes) / 10));
  const value = sizeBytes / 1024 ** power;
  return `${value >= 100 ? Math.round(value) : value.toPrecision(2)}${NBSP}${UNITS[power - 1] ?? ''}`;
}

/** `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** `1 version`, `12,345 versions`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `45 s`, `3 min`, `2 h 5 min`, `3 d`: what a person compares at a glance. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 90) return `${seconds}${NBSP}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}${NBSP}min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 48) return rest === 0 ? `${hours}${NBSP}h` : `${hours}${NBSP}h ${rest}${NBSP}min`;
  return `${Math.round(hours / 24)}${NBSP}d`;
}

/** `12 %`; what is there and rounds to nothing is `< 1 %`. */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  return percent === 0 && share > 0 ? '< 1 %' : `${percent} %`;
}

/** `10:42:07`, with the day where it is another: in the time of whoever reads. */
export function formatTime(at: Date, now: Date): string {
  const time = at.toLocaleTimeString('en-GB');
  return at.toDateString() === now.toDateString() ? time : `${at.toLocaleDateString('en-CA')} ${time}`;
}
