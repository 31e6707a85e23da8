import { HoldfastError } from '../errors.ts';
import { enabledRules } from '../model/link-rules.ts';
import type { Link } from '../model/link.ts';
import { valueOf } from '../model/observation.ts';
import type { BucketStore, Call, Clock, ReplicationMeter } from '../ports.ts';

/** Least time between two looks at a difference, in milliseconds, however fast a pair is. */
export const LEAST_GAP_MS: number = 120_000;

/** A pair that needs longer than an hour has something stuck, and nobody is helped by waiting for it. */
const LONGEST_GAP_MS = 3_600_000;

/** How far back measurements count, in milliseconds. */
const WINDOW_MS = 24 * 3_600_000;

export interface GapMeans {
  readonly buckets: BucketStore;
  readonly meter: ReplicationMeter;
  readonly clock: Clock;
  readonly call: Call;
}

/**
 * How long a difference is left alone before it is looked at again, in milliseconds: what is on its way has arrived by then in 99 of
 * 100 minutes of the last day, over the slowest of the links. Where nobody measures, or nobody may know, the least.
 */
export async function gatherGap(links: readonly Link[], means: GapMeans): Promise<number> {
  const measured = await Promise.all(links.map(async (link) => slowest(link, means)));
  return Math.min(LONGEST_GAP_MS, Math.max(LEAST_GAP_MS, ...measured));
}

async function slowest(link: Link, { buckets, meter, clock, call }: GapMeans): Promise<number> {
  const replication = await buckets.setting(link.source, 'replication', call);
  const ruleIds = enabledRules(valueOf(replication), link)
    .filter(({ metrics, timeControl }) => metrics || timeControl)
    .map(({ id }) => id);
  try {
    const { latency, lag } = await meter.read(link, { ruleIds, until: clock.now(), windowMs: WINDOW_MS, ...call });
    return Math.max(latency?.p99Ms ?? 0, lag?.p99Ms ?? 0);
  } catch (error) {
    if (error instanceof HoldfastError) return 0; // an audit does not depend on it
    throw error;
  }
}
