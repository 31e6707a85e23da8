import { sha256 } from './merkle.ts';

/** Where the files of one run are in the bucket of reports. */
export interface RunFiles {
  /** What every key of the run begins with. */
  readonly prefix: string;
  readonly plan: string;
  /** How many versions each shard had: the next run of the same question begins with it. */
  readonly cuts: string;
  /** What the state machine hands out in a round. */
  todo(round: number): string;
  readonly shards: string;
  shard(shard: number): string;
  /** Why a shard was left, by the last attempt that could say so. */
  readonly left: string;
  leftOf(shard: number): string;
  readonly report: string;
  readonly summary: string;
  readonly page: string;
}

export function runFiles(audit: string, run: string): RunFiles {
  const prefix = `audits/${audit}/${run}/`;
  return {
    prefix,
    plan: `${prefix}plan.json`,
    cuts: `${prefix}cuts.json`,
    todo: (round) => `${prefix}todo-${round}.json`,
    shards: `${prefix}shards/`,
    shard: (shard) => `${prefix}shards/${numbered(shard)}.ndjson`,
    left: `${prefix}left/`,
    leftOf: (shard) => `${prefix}left/${numbered(shard)}.json`,
    report: `${prefix}report.ndjson`,
    summary: `${prefix}summary.json`,
    page: `${prefix}report.html`,
  };
}

function numbered(shard: number): string {
  return String(shard).padStart(6, '0');
}

/** The number of the shard that a file is about. */
export function shardOf(key: string): number {
  return Number(/(\d+)\.\w+$/.exec(key)?.[1] ?? Number.NaN);
}

/** Names the run of an execution of the state machine: the same for every attempt of its steps. */
export async function runName(execution: string, startedAt: Date): Promise<string> {
  const time = startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${(await sha256(execution)).slice(0, 6)}`;
}
