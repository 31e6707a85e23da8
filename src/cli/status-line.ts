import type { Clock } from '../ports.ts';
import type { Writer } from './io.ts';

/** Least time between two lines, in milliseconds: drawn over on a terminal, one below the other in a log. */
const TERMINAL_MS = 100;
const LOG_MS = 10_000;

/** One line on stderr that says how far something is. Costs nothing between two of them. */
export interface StatusLine {
  /** The text is made only when it is time for a line. */
  show(text: () => string): void;
  /** A line that stays. */
  say(text: string): void;
  /** Wipes the line that is drawn over. */
  end(): void;
}

export function createStatusLine(stderr: Writer, clock: Clock): StatusLine {
  let shownAt = clock.now().getTime();
  let drawn = false;

  function wipe(): void {
    if (drawn) stderr.write('\r\u{1b}[K');
    drawn = false;
  }

  return {
    show(text) {
      const now = clock.now().getTime();
      if (now - shownAt < (stderr.isTerminal ? TERMINAL_MS : LOG_MS)) return;
      shownAt = now;
      wipe();
      stderr.write(stderr.isTerminal ? cut(text(), stderr.columns) : `${text()}\n`);
      drawn = stderr.isTerminal;
    },
    say(text) {
      wipe();
      stderr.write(`${text}\n`);
    },
    end: wipe,
  };
}

/** A line that breaks cannot be wiped: its first row would stay. The last column is left free, where some terminals break already. */
function cut(text: string, columns: number = Infinity): string {
  return text.length < columns ? text : text.slice(0, Math.max(0, columns - 1));
}
