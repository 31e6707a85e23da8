import type { ObjectState } from './facts.ts';
import type { ObjectRef } from './object.ts';

/**
 * A version that had not arrived at one destination when it was first looked for. The list of them lives in the Region of the
 * destination: with the source's Region down, it says what a failover would lose.
 */
export interface PendingVersion {
  /** `linkId` of the link. */
  readonly link: string;
  /** At the source. */
  readonly object: ObjectRef;
  /** `eventTime` of the creation event: the only time from which an age may be counted. */
  readonly createdAt: Date;
  readonly sizeBytes: number;
  /** The source as its first look saw it; absent for a delete marker, and in the list, which stays small. */
  readonly source?: ObjectState;
}

/**
 * What is known of one link at one time, kept in the steering ledger outside the source's Region. Older than three minutes it is
 * unknown, and unknown is never zero.
 */
export interface Checkpoint {
  readonly link: string;
  readonly asOf: Date;
  /** Creation time of the latest version that is known at all. */
  readonly lastEventAt?: Date;
  /** Every version created before is settled or in the list of pending versions. */
  readonly completeUpTo: Date;
  readonly pendingVersions: number;
  readonly pendingBytes: number;
  readonly oldestPendingAt?: Date;
  /** Whether looks at single versions are suspended because too many are pending. */
  readonly bulk: boolean;
  /** Per second, over the last minutes: what the estimate of the tail is made of. */
  readonly writeRate?: { readonly versions: number; readonly bytes: number };
}

/** From which age a checkpoint says nothing any more, in milliseconds. */
export const CHECKPOINT_VALID_MS: number = 3 * 60_000;

/** How long one version was on its way. */
export interface ReplicationLag {
  readonly pair: string;
  readonly sizeBytes: number;
  /** From the creation at the source to the arrival, in milliseconds. */
  readonly lagMs: number;
}

const MIB = 1024 * 1024;

/** Above 5 GiB S3 copies in parts, and large objects may take hours: one distribution would hide the other. */
export function sizeClassOf(sizeBytes: number): 'below-1-MiB' | 'below-100-MiB' | 'below-5-GiB' | 'larger' {
  if (sizeBytes < MIB) return 'below-1-MiB';
  if (sizeBytes < 100 * MIB) return 'below-100-MiB';
  return sizeBytes < 5 * 1024 * MIB ? 'below-5-GiB' : 'larger';
}

/** Above so many pending versions of a link, looks at single versions stop; they start again below the lower number. */
export const BULK_ABOVE = 10_000;
export const BULK_BELOW = 2_000;

/** Name of the note by which a stack remembers that looks at single versions of a link have stopped. */
export function bulkNote(link: string): string {
  return `bulk#${link}`;
}

/** How long the note is good for: a stack that is told nothing more looks at single versions again. In milliseconds. */
export const BULK_VALID_MS: number = 5 * 60_000;

/** Name of the note that keeps the creation time of the latest version that the looks of a link have come to. */
export function progressNote(link: string): string {
  return `progress#${link}`;
}

/** Name of the note that keeps up to when the lanes of the source's stack were empty. */
export function idleNote(link: string): string {
  return `idle#${link}`;
}

/**
 * How much earlier than the latest version that looks have come to a list is taken for complete, in milliseconds: events of S3 can
 * come a minute late, and overtake each other.
 */
export const PROGRESS_SLACK_MS: number = 2 * 60_000;
