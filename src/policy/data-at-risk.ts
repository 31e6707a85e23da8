import { CHECKPOINT_VALID_MS, type Checkpoint } from '../model/pending.ts';
import { formatDuration } from '../model/quantity-text.ts';
import type { DataAtRisk, RoutingSituation } from '../model/routing.ts';
import { FUTURE_MS } from './region-votes.ts';

/** Regions that traffic leaves, and those that have it afterwards. */
export interface Move {
  readonly leaving: readonly string[];
  readonly staying: readonly string[];
}

/** What is known of the versions that were made where traffic leaves, and may not be where it goes. */
export interface Exposure {
  readonly risk: DataAtRisk;
  /** Why it is not known, one sentence for each link; empty: it is known. */
  readonly unknown: readonly string[];
  /** Age of the oldest version that may be missing, in milliseconds; absent: not known. */
  readonly exposedMs?: number;
}

/** Of one or more links. */
interface Loss {
  readonly versions: number;
  readonly bytes: number;
  readonly completeUpTo: number;
  /** `Infinity`: nothing is pending. */
  readonly oldest: number;
  /** `undefined`: the write rate is not known. */
  readonly tail: { readonly versions: number; readonly bytes: number } | undefined;
}

type Known = Pick<RoutingSituation, 'backlog' | 'now'>;

/**
 * With several Regions to stay, the worst of them counts: nobody knows which will answer for a key. The age begins where the list
 * is no longer complete, even if nothing on it is pending.
 */
export function dataAtRisk(known: Known, { leaving, staying }: Move): Exposure {
  const sides = leaving.map((from) => staying.map((to) => lossOf({ from, to }, known)));
  const unknown = sides.flat().filter((side) => typeof side === 'string');
  const losses = sides.map((side) => side.filter((loss) => typeof loss !== 'string'));
  if (unknown.length > 0 || losses.flat().length === 0) return { risk: {}, unknown };
  const worst = losses.map((ofOne) => merge(ofOne, Math.max));
  const { versions, bytes, completeUpTo, oldest, tail } = merge(worst, add);
  const risk = {
    versions,
    bytes,
    completeUpTo: new Date(completeUpTo),
    ...(oldest === Infinity ? {} : { oldestPendingAt: new Date(oldest) }),
    ...(tail === undefined ? {} : { estimatedTail: tail }),
  };
  return { risk, unknown, exposedMs: Math.max(0, known.now.getTime() - Math.min(completeUpTo, oldest)) };
}

/** Or why nobody knows. */
function lossOf({ from, to }: { readonly from: string; readonly to: string }, { backlog, now }: Known): Loss | string {
  const links = backlog.filter((link) => link.from === from && link.to === to);
  if (links.length === 0) return `nothing is known to replicate from ${from} to ${to}`;
  const losses: Loss[] = [];
  for (const { link, checkpoint } of links) {
    const why = whyUnknown(checkpoint, now);
    if (checkpoint === undefined || why !== undefined) return `the backlog of ${link} is unknown: ${why}`;
    losses.push(toLoss(checkpoint, now));
  }
  return merge(losses, add);
}

function whyUnknown(checkpoint: Checkpoint | undefined, now: Date): string | undefined {
  if (checkpoint === undefined) return 'it was never counted';
  const ageMs = now.getTime() - checkpoint.asOf.getTime();
  if (ageMs < -FUTURE_MS) return `it was counted ${formatDuration(-ageMs)} in the future, so a clock is off`;
  if (ageMs <= CHECKPOINT_VALID_MS) return undefined;
  return `it was last counted ${formatDuration(ageMs)} ago (${checkpoint.pendingVersions} pending then)`;
}

function toLoss(
  { pendingVersions, pendingBytes, completeUpTo, oldestPendingAt, writeRate }: Checkpoint,
  now: Date,
): Loss {
  const seconds = Math.max(0, now.getTime() - completeUpTo.getTime()) / 1_000;
  return {
    versions: pendingVersions,
    bytes: pendingBytes,
    completeUpTo: completeUpTo.getTime(),
    oldest: oldestPendingAt?.getTime() ?? Infinity,
    tail: writeRate && {
      versions: Math.ceil(writeRate.versions * seconds),
      bytes: Math.ceil(writeRate.bytes * seconds),
    },
  };
}

function add(...amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

function merge(losses: readonly Loss[], join: (...amounts: number[]) => number): Loss {
  const tails = losses.flatMap(({ tail }) => (tail === undefined ? [] : [tail]));
  return {
    versions: join(...losses.map(({ versions }) => versions)),
    bytes: join(...losses.map(({ bytes }) => bytes)),
    completeUpTo: Math.min(...losses.map(({ completeUpTo }) => completeUpTo)),
    oldest: Math.min(...losses.map(({ oldest }) => oldest)),
    tail:
      tails.length < losses.length
        ? undefined
        : {
            versions: join(...tails.map(({ versions }) => versions)),
            bytes: join(...tails.map(({ bytes }) => bytes)),
          },
  };
}
