const MS_PER: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES_PER: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

export const DURATION: RegExp = /^(\d{1,9})(s|m|h|d)$/;
export const SIZE: RegExp = /^(\d{1,9}(?:\.\d{1,3})?) ?(B|KiB|MiB|GiB|TiB)$/;

/** `15m` in milliseconds; `undefined` for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  const perUnit = MS_PER[unit];
  return perUnit === undefined ? undefined : Number(count) * perUnit;
}

/** `64 MiB` in bytes, rounded down; `undefined` for what is no size. */
export function parseSize(text: string): number | undefined {
  const [, count = '', unit = ''] = SIZE.exec(text) ?? [];
  const perUnit = BYTES_PER[unit];
  return perUnit === undefined ? undefined : Math.floor(Number(count) * perUnit);
}
