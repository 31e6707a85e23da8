import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { onCore } from './cores.ts';
import { watchMemory } from './peak-memory.ts';

/** What a whole process took, its start included. */
export interface Run {
  readonly wallSeconds: number;
  /** Absent where it was not asked for or cannot be known. */
  readonly peakBytes?: number;
  readonly stdout: string;
}

export interface Command {
  readonly command: readonly string[];
  /** Everything the process sees beside PATH and HOME: what a developer has set must not change a figure. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly memory?: boolean;
}

/** Runs a command on the client's core to its end. Rejects with its output where it fails. */
export async function runCommand({ command, environment = {}, memory = false }: Command): Promise<Run> {
  const [file = '', ...args] = onCore('client', command);
  const { PATH = '', HOME = '' } = process.env;
  const start = process.hrtime.bigint();
  const child = spawn(file, args, { env: { PATH, HOME, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const watch = memory && child.pid !== undefined ? watchMemory(child.pid) : undefined;
  try {
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (code !== 0)
      throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${stderr.trim() || stdout.trim()}`);
    const peakBytes = watch?.stop();
    return { wallSeconds, stdout, ...(peakBytes === undefined ? {} : { peakBytes }) };
  } finally {
    watch?.stop();
  }
}
