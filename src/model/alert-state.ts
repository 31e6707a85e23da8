import type { Severity } from './action.ts';
import type { NoticeState } from './alert.ts';
import type { Finding, Subject } from './finding.ts';

/** What S3 said that led to a case. */
export interface ReportedEvent {
  readonly name: string;
  readonly at: Date;
  readonly principal?: string;
}

/** Names a case. */
export interface CaseRef {
  /** Of the cause. */
  readonly fingerprint: string;
  /** Within its cause; those about the same subject begin alike, in every cause. */
  readonly id: string;
}

/** One case of a cause: an object version, or whatever else the finding is about. */
export interface AlertCase {
  /** Names the case within its cause: the same in every look that shows the same. */
  readonly id: string;
  readonly subject: Subject;
  readonly evidence: Finding['evidence'];
  /** When S3 said so, or when it was looked at. */
  readonly at: Date;
  readonly event?: ReportedEvent;
}

/** A case as the ledger keeps it. */
export interface KnownCase extends AlertCase {
  /** Of its cause. */
  readonly episode: number;
  /** When it was seen healed; absent: it was not. */
  readonly healedAt?: Date;
}

/** What the ledger knows of the cases of one episode. Never too low; one too high after a crash at the wrong moment. */
export interface CaseTally {
  readonly count: number;
  readonly healed: number;
  /** Some of the cases, latest first; all of them where there are few. */
  readonly some: readonly AlertCase[];
}

/** That a cause has something to tell, or will have; kept until everything was told and nothing more can come of it. */
export interface OutboxEntry {
  readonly fingerprint: string;
  /** Grows with every change. */
  readonly version: number;
  /** When a case was last added or seen healed. */
  readonly touchedAt: Date;
  /** The case that was added last. */
  readonly latest?: AlertCase;
  /** `version` when everything known was told. */
  readonly settledVersion?: number;
  /** When something falls due although nothing new comes: a gathering ends, a reminder, a mute that ends. */
  readonly dueAt?: Date;
  /** Somebody is about to send this notice. */
  readonly claim?: OutboxClaim;
}

export interface OutboxClaim {
  /** Names the sender. */
  readonly by: string;
  /** When a sender first tried to. */
  readonly since: Date;
  /** After that the sender is taken for dead. */
  readonly until: Date;
  readonly episode: number;
  /** Number of the notice in its episode. */
  readonly notice: number;
  readonly state: NoticeState;
  /** Cases that it tells of. */
  readonly count: number;
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
  /** What S3 said of the first case. */
  readonly event?: ReportedEvent;
  readonly resolution?: Resolution;
  readonly resolvedAt?: Date;
  /** Who closed it, and why. */
  readonly closing?: { readonly by: string; readonly reason: string };
  /** What people have heard of this episode; absent: nothing yet. */
  readonly told?: AlertTold;
  /** How the episode before this one ended; absent: there was none. */
  readonly before?: EndedEpisode;
}

/** An episode that is over. */
export interface EndedEpisode {
  readonly episode: number;
  /** Cases that were over with it. */
  readonly count: number;
  readonly resolution: Resolution;
  readonly resolvedAt: Date;
}

/** The last notice of an episode that has left. */
export interface AlertTold {
  /** Notices of the episode so far; part of the id, so that receivers put them in order and drop repetitions. */
  readonly notices: number;
  readonly at: Date;
  readonly phase: AlertPhase;
  readonly count: number;
  readonly severity: Severity;
  /** Notices in a row that told nothing new; absent: none. */
  readonly reminders?: number;
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
  /** Those of the pair: what is about one of them, and names no pair, is about it too. */
  readonly buckets?: readonly string[];
  readonly bucket?: string;
}

/** How an episode ended; `undefined`: it has not. */
export function endOf({ episode, count, resolution, resolvedAt }: AlertState): EndedEpisode | undefined {
  return resolution === undefined || resolvedAt === undefined ? undefined : { episode, count, resolution, resolvedAt };
}
