import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const HOLDFAST = fileURLToPath(new URL('../../bin/holdfast.mjs', import.meta.url));
const LOOK_MS = 10;

export interface Killable {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the audit. */
  readonly out: string;
}

/** How a process ended, and how many shards were finished when it did. */
export interface Killed {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly shards: number;
  readonly stderr: string;
}

/**
 * Runs the command in a process of its own and kills it with SIGKILL when `moreShards` more shards are finished, and `afterMs`
 * have passed since; without them it runs to its end.
 */
export async function runAndKill(
  { args, cwd, env, out }: Killable,
  kill?: { readonly moreShards: number; readonly afterMs: number },
): Promise<Killed> {
  const progress = join(cwd, out, 'progress.ndjson');
  const before = await countLines(progress);
  const child = spawn(process.execPath, [HOLDFAST, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  if (kill !== undefined) {
    while (child.exitCode === null && (await countLines(progress)) - before < kill.moreShards)
      await setTimeout(LOOK_MS);
    await setTimeout(kill.afterMs);
    child.kill('SIGKILL');
  }
  const [code, signal] = await exited;
  return { signal, code, shards: await countLines(progress), stderr };
}

/** Whole lines; a broken one is that of a process that was killed while it wrote. */
async function countLines(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}
