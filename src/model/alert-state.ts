import type { Severity } from './action.ts';
import type { Finding, Subject } from './finding.ts';

/** One case of a cause: an object version, or whatever else the finding is about. */
export interface AlertCase {
  /** Names the case within its cause: the same in every look that shows the same. */
  readonly id: string;
  readonly subject: Subject;
  readonly evidence: Finding['evidence'];
  /** When S3 said so, or when it was looked at. */
  readonly at: Date;
}

/** Where a cause stands. `noted` wants no answer and is told in the next digest only. */
export type AlertPhase = 'open' | 'resolved' | 'noted';

/** Why an alert is resolved: its cause is gone, no new case came for long, or a person said so. */
export type Resolution = 'gone' | 'quiet' | 'closed';

/**
 * What is known of one cause of alerts: code, pair, reason, key and so on, never a single object. Kept in the regional ledger.
 * A resolved cause that comes back is the same cause in its next episode.
 */
export interface AlertState {
  /** Of the cause. */
  readonly fingerprint: string;
  /** 1 for the first opening; one more each time the cause comes back after it was resolved. */
  readonly episode: number;
  readonly phase: AlertPhase;
  /** The first finding of the episode, which speaks for all: code, verdict, basis, remedy. */
  readonly finding: Finding;
  /** As the finding has it; what people hear may have risen since: see `escalated` of `policy/escalation.ts`. */
  readonly severity: Severity;
  /** Cases of the episode so far; each counts once. */
  readonly count: number;
  /** How many of them were seen healed. */
  readonly healed: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  /** The latest few. */
  readonly examples: readonly AlertCase[];
  readonly resolution?: Resolution;
  readonly resolvedAt?: Date;
  /** What people have heard of this episode; absent: nothing yet. */
  readonly told?: AlertTold;
}

/** The last notice of an episode that has left. */
export interface AlertTold {
  /** Notices of the episode so far; part of the id, so that receivers put them in order and drop repetitions. */
  readonly notices: number;
  readonly at: Date;
  readonly phase: AlertPhase;
  readonly count: number;
  readonly severity: Severity;
}

/** Suppresses notices until it ends; what is muted is counted all the same. Members that are absent match everything. */
export interface Mute {
  readonly id: string;
  readonly until: Date;
  /** Maintenance windows begin later. */
  readonly from?: Date;
  readonly by: string;
  readonly reason: string;
  readonly fingerprint?: string;
  readonly code?: string;
  readonly pair?: string;
  readonly bucket?: string;
}
