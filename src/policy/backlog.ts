import type { Finding } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import { BULK_ABOVE, BULK_BELOW, type Checkpoint, PROGRESS_SLACK_MS } from '../model/pending.ts';

/** What is known of the list of one link in this minute. */
export interface BacklogState {
  /** Whether looks at single versions are suspended. */
  readonly bulk: boolean;
  /** On the list. */
  readonly versions: number;
  /** Of a sample from all over the list; absent: none was taken. */
  readonly sample?: { readonly settled: number; readonly missing: number; readonly unknown: number };
}

/**
 * Whether looks at single versions are to be suspended from now on. What counts is how many are missing by the sample: a list may
 * hold many that have arrived. A destination that cannot be looked at is out, and looks at it are in vain.
 */
export function isBulkNext({ bulk, versions, sample }: BacklogState): boolean {
  if (sample === undefined) return versions > (bulk ? BULK_BELOW : BULK_ABOVE);
  const { settled, missing, unknown } = sample;
  if (unknown > settled + missing) return true;
  const share = settled + missing === 0 ? 1 : missing / (settled + missing);
  return versions * share > (bulk ? BULK_BELOW : BULK_ABOVE);
}

/** What is known for a checkpoint. */
export interface KnownList extends Pick<Checkpoint, 'asOf' | 'bulk' | 'writeRate'> {
  readonly versions: number;
  readonly bytes: number;
  readonly oldestAt?: Date;
  readonly newestAt?: Date;
  /** Creation time of the latest version that the looks of the source's stack have told they came to. */
  readonly heardAt?: Date;
  /** Up to when nothing waited at the source for a look. */
  readonly idleAt?: Date;
}

/**
 * A list is complete up to what the looks of the source's stack have come to, or up to when it had none to make. Where nothing was heard of them, or only some versions
 * are followed, nobody knows: no checkpoint is better than one that is wrong.
 */
export function toCheckpoint(link: Link, known: KnownList): Checkpoint | undefined {
  const { heardAt, idleAt, versions, bytes, oldestAt, newestAt, asOf, bulk, writeRate } = known;
  const knownUpTo = latest(heardAt, idleAt);
  if (knownUpTo === undefined || link.policy.followUp !== 'every') return undefined;
  const lastEventAt = latest(heardAt, newestAt);
  return {
    link: linkId(link),
    asOf,
    completeUpTo: new Date(knownUpTo.getTime() - PROGRESS_SLACK_MS),
    pendingVersions: versions,
    pendingBytes: bytes,
    bulk,
    ...(lastEventAt === undefined ? {} : { lastEventAt }),
    ...(oldestAt === undefined ? {} : { oldestPendingAt: oldestAt }),
    ...(writeRate === undefined ? {} : { writeRate }),
  };
}

function latest(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

/** What is missing at a destination for longer than any look of a chain waits. */
export interface Overdue {
  readonly versions: number;
  readonly bytes: number;
  readonly oldestAt: Date;
  readonly now: Date;
}

/** One finding about a link, however many versions are overdue: a storm is one alarm with a count. */
export function overdueFinding(link: Link, { versions, bytes, oldestAt, now }: Overdue): Finding {
  const { pair, source, destination } = link;
  return {
    verdict: 'violated',
    code: 'replica-overdue',
    subject: {
      kind: 'pair',
      pair,
      region: source.region,
      source: source.bucket,
      destination: destination.bucket,
    },
    replica: { bucket: destination.bucket, region: destination.region },
    evidence: {
      pair,
      link: linkId(link),
      versions,
      bytes,
      oldestPendingAt: oldestAt.toISOString(),
      ageSeconds: Math.round((now.getTime() - oldestAt.getTime()) / 1_000),
    },
  };
}
