import type { Clock } from '../ports.ts';

/** How many a second, lately: what was long ago says nothing about when the rest will be there. */
export interface RateMeter {
  add(count: number): void;
  /** Of the last half minute; 0 while nothing is known. */
  perSecond(): number;
}

/** How far back is looked, and how fine, in milliseconds. */
const WINDOW_MS = 30_000;
const STEP_MS = 1_000;

export function createRateMeter(clock: Clock): RateMeter {
  const startedMs = clock.now().getTime();
  /** Count up to and with a time, oldest first: one for each step of the window, and the one before it. */
  const marks: { readonly atMs: number; readonly total: number }[] = [{ atMs: startedMs, total: 0 }];
  let total = 0;

  /** Answers the time. */
  function mark(): number {
    const nowMs = clock.now().getTime();
    if (nowMs - (marks.at(-1)?.atMs ?? 0) >= STEP_MS) marks.push({ atMs: nowMs, total });
    while ((marks[1]?.atMs ?? nowMs) <= nowMs - WINDOW_MS) marks.shift();
    return nowMs;
  }

  return {
    add(count) {
      total += count;
      mark();
    },
    perSecond() {
      const nowMs = mark();
      const first = marks[0];
      if (first === undefined || nowMs <= first.atMs) return 0;
      return ((total - first.total) * 1_000) / (nowMs - first.atMs);
    },
  };
}
