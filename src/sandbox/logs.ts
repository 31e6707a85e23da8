/** One line that a function wrote. */
export interface LogLine {
  /** ISO 8601, sandbox time. */
  readonly at: string;
  readonly region: string;
  readonly functionName: string;
  /** Absent while the function starts. */
  readonly requestId?: string;
  readonly stream: 'stdout' | 'stderr' | 'platform';
  readonly text: string;
}

export interface LogStore {
  append(line: LogLine): void;
  /** The last lines, oldest first. */
  lines(): readonly LogLine[];
  /** Hears every line to come, until the answer is called. */
  follow(listener: (line: LogLine) => void): () => void;
}

/** Keeps the last `limit` lines: a sandbox may run for days. */
export function createLogs(limit = 20_000): LogStore {
  const kept: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  return {
    append(line) {
      kept.push(line);
      if (kept.length > limit) kept.splice(0, Math.ceil(limit / 10));
      for (const listener of listeners) listener(line);
    },
    lines: () => kept,
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
