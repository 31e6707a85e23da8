import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Where a process runs. The client has one core for itself and all it pipes to, as a Lambda function of 1,769 MB has. */
export type Side = 'client' | 'server';

const CORE_OF: Readonly<Record<Side, string>> = { client: '0', server: '1' };

/** Whether processes can be kept on one core each: taskset, two cores, and both of them ours. */
export const isPinned: boolean =
  availableParallelism() > 1 &&
  Object.values(CORE_OF).every((core) => spawnSync('taskset', ['-c', core, 'true'], { stdio: 'ignore' }).status === 0);

/** The command line that runs on the core of its side, or the same where nothing can be pinned. */
export function onCore(side: Side, command: readonly string[]): readonly string[] {
  return isPinned ? ['taskset', '-c', CORE_OF[side], ...command] : command;
}

/** For the rows: figures of an unpinned run are of another experiment. */
export const pinning: string = isPinned ? 'client on core 0, server on core 1' : 'not pinned';
