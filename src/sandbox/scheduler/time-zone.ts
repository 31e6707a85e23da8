/** How far a zone is ahead of UTC at a moment, in milliseconds. */
export type ZoneOffset = (atMs: number) => number;

/** Of a zone as the IANA names it. Throws an `Error` where there is none of that name. */
export function offsetOf(zone: string): ZoneOffset {
  if (zone === 'UTC') return () => 0;
  const format = formatOf(zone);
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = PARTS.map((part) => parts.get(part));
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  };
}

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new Error(`there is no time zone ${timeZone}`, { cause });
  }
}
