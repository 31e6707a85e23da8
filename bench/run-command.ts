import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { childSeconds } from './child-seconds.ts';
import { onCore } from './cores.ts';
import { watchMemory } from './peak-memory.ts';

/** What a whole process took, its start included. */
export interface Run {
  readonly wallSeconds: number;
  /** Of processors, by it and everything that it started and waited for; absent on systems without /proc. */
  readonly cpuSeconds?: number;
  /** Absent where it was not asked for or cannot be known. */
  readonly peakBytes?: number;
  readonly stdout: string;
}

export interface Command {
  readonly command: readonly string[];
  /** Everything the process sees beside PATH and HOME: what a developer has set must not change a figure. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly memory?: boolean;
  /** 0 where left out. Any other fails the run. */
  readonly exitCode?: number;
}

/** Runs a command on the client's core to its end. Rejects with its output where it fails. */
export async function runCommand({ command, environment = {}, memory = false, exitCode = 0 }: Command): Promise<Run> {
  const [file = '', ...args] = onCore('client', command);
  const { PATH = '', HOME = '' } = process.env;
  const before = childSeconds();
  const start = process.hrtime.bigint();
  const child = spawn(file, args, { env: { PATH, HOME, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  const watch = memory && child.pid !== undefined ? watchMemory(child.pid) : undefined;
  try {
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (code !== exitCode)
      throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${stderr.trim() || stdout.trim()}`);
    const peakBytes = watch?.stop();
    const after = childSeconds();
    return {
      wallSeconds,
      stdout,
      ...(before === undefined || after === undefined ? {} : { cpuSeconds: after - before }),
      ...(peakBytes === undefined ? {} : { peakBytes }),
    };
  } finally {
    watch?.stop();
  }
}
