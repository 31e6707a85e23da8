/** What clocks on a wall show in a time zone; their time is told as if it were UTC, in milliseconds. */
export interface WallClock {
  wallOf(atMs: number): number;
  /** When they show this; the first time, where they do twice. `undefined`: never, because they are put forward over it. */
  timeOf(wallMs: number): number | undefined;
}

/** Time zones are at most fourteen hours ahead of UTC, and twelve behind. */
const MOST_AHEAD_MS = 14 * 3_600_000;

const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** Throws a `RangeError` where there is no such time zone. */
export function wallClock(timezone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

  function wallOf(atMs: number): number {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = PARTS.map((part) => parts.get(part));
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  return {
    wallOf,
    timeOf(wallMs) {
      // Clocks are put forward or back once within any day: what is ahead before it, and what is after it, are all there is.
      const offsets = [wallMs - MOST_AHEAD_MS, wallMs + MOST_AHEAD_MS].map((atMs) => wallOf(atMs) - atMs);
      const times = offsets.map((offset) => wallMs - offset).filter((atMs) => wallOf(atMs) === wallMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
}
