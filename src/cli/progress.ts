import type { Clock } from '../ports.ts';
import type { Writer } from './io.ts';
import { formatBytes, formatCount } from './printable.ts';

/** Least time between two lines, in milliseconds: drawn over on a terminal, one below the other in a log. */
const TERMINAL_MS = 100;
const LOG_MS = 10_000;

/** What is done so far, shown on stderr with its rates. Costs nothing between two lines. */
export interface Progress {
  addBytes(count: number): void;
  addObject(): void;
  /** A line that stays. */
  say(text: string): void;
  /** Wipes the line that is drawn over. */
  end(): void;
}

export function createProgress(stderr: Writer, clock: Clock): Progress {
  const startedAt = clock.now().getTime();
  let shownAt = startedAt;
  let bytes = 0;
  let objects = 0;
  let drawn = false;

  function wipe(): void {
    if (drawn) stderr.write('\r\u{1b}[K');
    drawn = false;
  }

  function show(): void {
    const now = clock.now().getTime();
    if (now - shownAt < (stderr.isTerminal ? TERMINAL_MS : LOG_MS)) return;
    shownAt = now;
    const seconds = Math.max(0.001, (now - startedAt) / 1_000);
    const counts = [
      ...(objects === 0 ? [] : [`${formatCount(objects)} objects, ${formatCount(Math.round(objects / seconds))}/s`]),
      `${formatBytes(bytes)}, ${formatBytes(Math.round(bytes / seconds))}/s`,
    ].join('; ');
    wipe();
    stderr.write(stderr.isTerminal ? counts : `${counts}\n`);
    drawn = stderr.isTerminal;
  }

  return {
    addBytes(count) {
      bytes += count;
      show();
    },
    addObject() {
      objects += 1;
      show();
    },
    say(text) {
      wipe();
      stderr.write(`${text}\n`);
    },
    end: wipe,
  };
}
