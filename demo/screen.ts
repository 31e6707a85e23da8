import { styleText } from 'node:util';

/** Where the show is told: lines for people, or one JSON object per line. */
export interface Screen {
  /** Something that takes time has begun or ended: on stderr. */
  progress(text: string): void;
  heading(text: string): void;
  line(mark: Mark, text: string, record: Readonly<Record<string, unknown>>): void;
  /** Free text for people; left out of NDJSON. */
  text(text: string): void;
}

export type Mark = 'ok' | 'found' | 'note' | 'wrong';

const MARKS: Readonly<Record<Mark, string>> = {
  ok: styleText('green', '✓'),
  found: styleText('yellow', '!'),
  note: styleText('cyan', '–'),
  wrong: styleText('red', '✗'),
};

export interface ScreenOptions {
  readonly json: boolean;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Milliseconds since the start. */
  readonly elapsedMs: () => number;
}

export function createScreen({ json, stdout, stderr, elapsedMs }: ScreenOptions): Screen {
  const seconds = (): string => `${(elapsedMs() / 1_000).toFixed(1).padStart(5)} s`;
  return {
    progress: (text) => void stderr.write(`${seconds()}  ${text}\n`),
    heading: (text) => void (json || stdout.write(`\n${styleText('bold', text)}\n`)),
    text: (text) => void (json || stdout.write(`${text}\n`)),
    line(mark, text, record) {
      stdout.write(
        json ? `${JSON.stringify({ atMs: Math.round(elapsedMs()), ...record })}\n` : `${MARKS[mark]} ${text}\n`,
      );
    },
  };
}

/** `300.0 KiB`: binary units, as sizes of objects are. */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = sizeBytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(sizeBytes) / 10));
  return power === 0 ? `${sizeBytes} B` : `${(sizeBytes / 1_024 ** power).toFixed(1)} ${units[power]}`;
}

/** Shortens the middle: keys can be 1,024 bytes. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text.padEnd(length);
  return `${text.slice(0, length - 12)}…${text.slice(-11)}`;
}
