const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

const COUNT = new Intl.NumberFormat('en-US');

/** `12,345` */
export function formatCount(count: number): string {
  return COUNT.format(count);
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

/** `1h 5m`, `45s`, `3d 4h`: two units at most. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return '0s';
  let rest = seconds;
  return units
    .slice(first, first + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? [] : [`${count}${unit}`];
    })
    .join(' ');
}

/** `1 version`, `12,345 versions`. */
export function formatAmount(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** Requests cost fractions of a cent. */
export function formatDollars(dollars: number): string {
  return dollars > 0 && dollars < 0.000_1 ? 'less than $0.0001' : `$${dollars.toFixed(4)}`;
}
