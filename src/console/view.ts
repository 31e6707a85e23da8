import type { AlertEvent } from '../model/alert.ts';
import type { LagPercentiles } from '../model/measurements.ts';
import type { RegionHealth } from '../model/routing.ts';
import type { AuditPace } from '../model/audit-pace.ts';
import type { AuditPhase, StopReason } from '../model/audit-run.ts';
import type { AuditOutcome, AuditState } from '../policy/audit-outcome.ts';
import type { LinkState } from '../policy/link-status.ts';

/** What the server tells the page, as JSON: times are ISO 8601 texts, durations milliseconds. */
export type ConsoleEvent =
  | { readonly kind: 'about'; readonly about: About }
  | { readonly kind: 'links'; readonly at: string; readonly links: readonly LinkView[] }
  /** What was seen of each link since the console started, oldest first; comes once for each connection. */
  | { readonly kind: 'history'; readonly samples: Readonly<Record<string, readonly Sample[]>> }
  | { readonly kind: 'keys'; readonly at: string; readonly regions: readonly KmsView[] }
  | { readonly kind: 'stacks'; readonly at: string; readonly stacks: readonly StackView[] }
  | { readonly kind: 'audits'; readonly at: string; readonly audits: readonly AuditView[] }
  | { readonly kind: 'routes'; readonly at: string; readonly accessPoints: readonly AccessPointView[] }
  /** In the order of time. `fresh`: whatever the page knows of alerts is replaced. */
  | { readonly kind: 'alerts'; readonly fresh: boolean; readonly alerts: readonly AlertEvent[] }
  /** What could not be looked at now; empty: everything could. */
  | { readonly kind: 'troubles'; readonly troubles: readonly Trouble[] };

export interface About {
  readonly stage: string;
  readonly pairs: readonly string[];
  readonly accessPoints: readonly string[];
  /** Those that are made by the clock. */
  readonly audits: readonly string[];
}

export interface Trouble {
  /** For example `alerts of eu-west-1`. */
  readonly what: string;
  readonly why: string;
}

export interface BucketView {
  readonly bucket: string;
  readonly region: string;
}

/** One direction of a pair. Absent members are unknown, which is never zero. */
export interface LinkView {
  /** `linkId`. */
  readonly id: string;
  readonly pair: string;
  readonly source: BucketView;
  readonly destination: BucketView;
  readonly state: LinkState;
  readonly backlog?: {
    readonly by: 'checkpoint' | 's3-metrics';
    readonly versions: number;
    readonly bytes: number;
    readonly oldestMs?: number;
    readonly asOf: string;
  };
  readonly atRisk?: {
    readonly versions: number;
    readonly bytes: number;
    readonly completeUpTo: string;
    readonly tail?: { readonly versions: number; readonly bytes: number; readonly overMs: number };
  };
  readonly checkpointAgeMs?: number;
  /** From creation to arrival, as Holdfast measured it in the last hour. */
  readonly lag?: LagPercentiles;
  /** S3's own word on the same, where a rule publishes metrics. */
  readonly s3Lag?: LagPercentiles;
  /** Operations that S3 gave up in the last hour. */
  readonly failed?: number;
  readonly bulk: boolean;
  /** What is not known, and why. */
  readonly notes: readonly string[];
}

/** What would be lost of one link at one time: epoch milliseconds, versions, bytes, age of the oldest. `null`: unknown. */
export type Sample = readonly [atMs: number, versions: number | null, bytes: number | null, oldestMs: number | null];

/** How much of the quota of symmetric cryptographic operations an account uses in one Region. */
export interface KmsView {
  readonly region: string;
  /** Buckets there whose objects are encrypted with keys of the configuration. */
  readonly buckets: readonly string[];
  readonly quotaPerSecond?: number;
  /** Share of the quota by the minute, oldest first: 1 is all of it. */
  readonly minutes: readonly { readonly at: string; readonly load: number }[];
  /** Why there is nothing to show. */
  readonly unknown?: string;
}

export interface StackView {
  readonly region: string;
  /** When its watchers last ran; absent: never, or it cannot be read. */
  readonly heartbeatAt?: string;
  readonly alive: 'yes' | 'no' | 'unknown';
  readonly lanes: readonly LaneView[];
  /** Why there are no lanes. */
  readonly unknown?: string;
}

export interface LaneView {
  readonly lane: string;
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly deadLetters: number;
  readonly oldestMs?: number;
}

/** A Multi-Region Access Point: where its traffic goes, and whether it could go elsewhere. */
export interface AccessPointView {
  readonly name: string;
  readonly mode: 'off' | 'advise' | 'automatic';
  readonly buckets: readonly RouteView[];
  /** What would be done now, in one sentence, where something would. */
  readonly advice?: string;
  readonly freezes: readonly { readonly reason: string; readonly until: string }[];
  /** The latest first. */
  readonly changes: readonly RouteChangeView[];
  /** What is not known, and why. */
  readonly notes: readonly string[];
}

export interface RouteView {
  readonly bucket: string;
  readonly region: string;
  readonly traffic: 'active' | 'passive' | 'unknown';
  readonly health: RegionHealth;
  /** By what it is judged. */
  readonly because: string;
}

export interface RouteChangeView {
  readonly at: string;
  /** For people: `failover to eu-west-1`. */
  readonly what: string;
  readonly by: string;
  readonly state: 'decided' | 'accepted' | 'effective' | 'given up';
  /** From the decision to the proof, in milliseconds. */
  readonly tookMs?: number;
}

/** An audit that is made by the clock. */
export interface AuditView {
  readonly name: string;
  readonly pair: string;
  readonly schedule: string;
  readonly state: AuditState | 'unknown';
  readonly running?: AuditRunView & AuditPace & { readonly phase: AuditPhase };
  /** The newest that is not under way any more. */
  readonly last?: AuditRunView & {
    readonly outcome: AuditOutcome;
    readonly tookMs: number;
    readonly stopped?: StopReason;
    readonly reason?: string;
    readonly root?: string;
    /** An S3 URL. */
    readonly report?: string;
  };
  readonly nextAt?: string;
  readonly overdueSince?: string;
  /** Why nothing is known. */
  readonly unknown?: string;
}

export interface AuditRunView {
  readonly run: string;
  readonly startedAt: string;
  readonly shards: { readonly done: number; readonly all: number };
  /** Of both sides together. */
  readonly versions: number;
  readonly bytes: number;
  readonly findings: number;
  readonly violated: number;
  readonly dollars: number;
}
