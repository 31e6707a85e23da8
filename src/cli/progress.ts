import type { Clock } from '../ports.ts';
import type { Writer } from './io.ts';
import { formatBytes, formatCount } from './printable.ts';
import { createStatusLine } from './status-line.ts';

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
  const line = createStatusLine(stderr, clock);
  let bytes = 0;
  let objects = 0;

  function describe(): string {
    const seconds = Math.max(0.001, (clock.now().getTime() - startedAt) / 1_000);
    return [
      ...(objects === 0 ? [] : [`${formatCount(objects)} objects, ${formatCount(Math.round(objects / seconds))}/s`]),
      `${formatBytes(bytes)}, ${formatBytes(Math.round(bytes / seconds))}/s`,
    ].join('; ');
  }

  return {
    addBytes(count) {
      bytes += count;
      line.show(describe);
    },
    addObject() {
      objects += 1;
      line.show(describe);
    },
    say: line.say,
    end: line.end,
  };
}
