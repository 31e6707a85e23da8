import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { demoConfig } from '../../demo/places.ts';
import { packaged } from '../infrastructure/packaged.ts';

export type Line = Readonly<Record<string, unknown>>;

export interface Ended {
  readonly code: number | null;
  /** Every line of stdout, parsed. */
  readonly lines: readonly Line[];
  readonly stderr: string;
}

/** A show in a process of its own, as a person starts it, with one JSON object per line. */
export interface Show {
  readonly child: ChildProcess;
  /** The first line of this type, now or later; rejects when the show ends without it. */
  line(type: string): Promise<Line>;
  readonly ended: Promise<Ended>;
}

export function startShow(args: readonly string[]): Show {
  const child = spawn(process.execPath, ['bin/holdfast.mjs', 'demo', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  const unreadable: string[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (text) => {
    try {
      lines.push(JSON.parse(text) as Line);
    } catch {
      unreadable.push(text);
    }
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      if (unreadable.length === 0) resolve({ code, lines, stderr });
      else reject(new Error(`expected nothing but JSON on stdout, got ${unreadable.join('\n')}`));
    });
  });
  ended.catch(() => undefined); // whoever awaits it hears of it
  return {
    child,
    ended,
    line(type) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => line['type'] === type);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        child.on('close', () => reject(new Error(`the show ended without the line ${type}:\n${stderr}`)));
      });
    },
  };
}

/** What the show itself would package: once for all tests of the same sources. */
export async function demoStacks(): Promise<string> {
  const config = '.cache/demo-holdfast.yml';
  await mkdir('.cache', { recursive: true });
  await writeFile(config, demoConfig());
  return `${await packaged(config)}/stacks`;
}

/** The lines of one type. */
export function linesOf({ lines }: Ended, type: string): readonly Line[] {
  return lines.filter((line) => line['type'] === type);
}
