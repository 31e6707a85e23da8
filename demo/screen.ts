import { styleText } from 'node:util';

/** Where the show is told: lines for people, or one JSON object per line. Each of the two is silent where the other speaks. */
export interface Screen {
  /** Columns of a line, for people. */
  readonly columns: number;
  /** Something that takes time has begun or ended: on stderr. */
  progress(text: string): void;
  heading(text: string): void;
  /** A line for people; control characters must have been made visible before. */
  line(text: string, mark?: Mark): void;
  /** For programs. */
  record(record: Readonly<Record<string, unknown>>): void;
}

export type Mark = 'ok' | 'found' | 'note' | 'wrong';

const MARKS = {
  ok: ['green', '✓'],
  found: ['yellow', '!'],
  note: ['cyan', '–'],
  wrong: ['red', '✗'],
} as const satisfies Record<Mark, readonly [Parameters<typeof styleText>[0], string]>;

export interface ScreenOptions {
  readonly json: boolean;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly columns: number;
  readonly colours: boolean;
  /** Milliseconds since the start. */
  readonly elapsedMs: () => number;
}

export function createScreen(options: ScreenOptions): Screen {
  const { json, stdout, stderr, colours, elapsedMs } = options;
  const paint: typeof styleText = (style, text) => (colours ? styleText(style, text) : text);
  const forPeople = (text: string): void => void (json || stdout.write(`${text.trimEnd()}\n`));
  return {
    columns: options.columns,
    progress: (text) => void stderr.write(`${(elapsedMs() / 1_000).toFixed(1).padStart(5)} s  ${text}\n`),
    heading: (text) => forPeople(`\n${paint('bold', text)}`),
    line(text, mark) {
      const [style, sign] = mark === undefined ? [] : MARKS[mark];
      forPeople(`${style === undefined ? ' ' : paint(style, sign)} ${text}`);
    },
    record(record) {
      if (json) stdout.write(`${JSON.stringify({ atMs: Math.round(elapsedMs()), ...record })}\n`);
    },
  };
}
