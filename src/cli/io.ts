/**
 * What a run says by its exit code. 0: nothing violated and everything asked was judged. 1: something violated; it wins.
 * 2: something could not be judged, bad usage or configuration, budget or time-out.
 */
export type ExitCode = 0 | 1 | 2;

/** Where text goes. */
export interface Writer {
  write(text: string): void;
  /** Whether a person is watching: then a line may be drawn again and again. */
  readonly isTerminal: boolean;
  /** Of a terminal: characters in a row, which change as a person drags its window. */
  readonly columns?: number | undefined;
}

/** The process as a command sees it, so that a test can be one. */
export interface Io {
  /** Results only. */
  readonly stdout: Writer;
  /** Progress and errors. */
  readonly stderr: Writer;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder at which relative paths begin. */
  readonly cwd: string;
  /** Fires when a person gives up (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  /** Says how the run ends. May be called often: 1 wins over 2, 2 over 0. */
  exit(code: ExitCode): void;
}

/** The graver of two exit codes. */
export function worse(a: ExitCode, b: ExitCode): ExitCode {
  if (a === 1 || b === 1) return 1;
  return a === 2 || b === 2 ? 2 : 0;
}
