import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../bin/holdfast.mjs', import.meta.url));

export interface OpenConsole {
  readonly url: string;
  /** Resolves when its process has ended, which it does when the show is over. */
  readonly closed: Promise<void>;
}

export interface ConsoleOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly stage: string;
  /** How far the show has moved the clock of the sandbox. */
  readonly aheadMs: number;
  readonly stop: AbortSignal;
}

/** Starts `holdfast console` as a person would, in a process of its own; resolves when its page is there. */
export async function openConsole({ environment, stage, aheadMs, stop }: ConsoleOptions): Promise<OpenConsole> {
  const args = [BIN, 'console', '--json', '--stage', stage, '--ahead', String(Math.round(aheadMs))];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // an interrupt from the keyboard comes to the show, which then ends it
  });
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const end = (): void => void child.kill('SIGTERM');
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  const url = await new Promise<string>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      reject(new Error(`the console ended with exit code ${String(code)} before its page was there`));
    });
    createInterface({ input: child.stdout }).once('line', (line) => {
      const said: { readonly url: string } = JSON.parse(line);
      resolve(said.url);
    });
  });
  return { url, closed };
}
