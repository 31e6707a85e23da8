import type { BucketConfig, MrapConfig } from './config.ts';
import type { Checkpoint } from './pending.ts';

/**
 * How one bucket of a Multi-Region Access Point takes part in its traffic.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_MultiRegionAccessPointRoute.html
 */
export interface Route {
  readonly bucket: string;
  readonly region: string;
  /** 0 passive, 100 active; S3 documents no other value. */
  readonly dial: number;
}

/** The routes as the control plane of S3 told them. */
export interface RouteTable {
  readonly routes: readonly Route[];
  readonly at: Date;
  /** Which of the five Regions of the control plane answered. */
  readonly readFrom: string;
}

/** `answered`: the canary came; `throttled`: 503 SlowDown; `failed`: 5xx, time-out, no connection; `missing`: there is no canary to read. */
export type ProbeOutcome = 'answered' | 'throttled' | 'failed' | 'missing' | 'denied';

/** One read of the canaries of a bucket through the endpoint of its own Region. */
export interface Probe {
  readonly mrap: string;
  /** Region whose stack looked. */
  readonly observer: string;
  /** Region of the bucket. */
  readonly region: string;
  readonly bucket: string;
  readonly at: Date;
  /** The canary without KMS. */
  readonly plain: ProbeOutcome;
  /** The canary under SSE-KMS; absent: the bucket has none. */
  readonly kms?: ProbeOutcome;
  readonly latencyMs?: number;
  /** For people: what S3 or the network said. */
  readonly detail?: string;
}

/** Whether a Region could take the traffic. Members are absent where it is not known; unknown is never good. */
export interface Readiness {
  readonly region: string;
  readonly asOf: Date;
  /** Share of the KMS quota that its own use and the peak of the Region to be left would take together: 0.4 is 40 %. */
  readonly kmsLoad?: number;
  /** Whether every key of its bucket can be used. */
  readonly keysUsable?: boolean;
  /** Whether S3 or KMS refused requests there within the last minutes. */
  readonly throttled?: boolean;
}

/** `automatic`: decided by Holdfast; `person`: by `holdfast failover` or `failback`; `elsewhere`: Holdfast only saw it. */
export type RouteActor = 'automatic' | 'person' | 'elsewhere';

/** One change of routes, kept in the steering ledger for 90 days. */
export interface RouteChange {
  readonly mrap: string;
  readonly id: string;
  readonly decidedAt: Date;
  readonly by: RouteActor;
  readonly kind: 'failover' | 'failback';
  readonly from: readonly Route[];
  readonly to: readonly Route[];
  /** For people, one sentence each. */
  readonly reasons: readonly string[];
  /** When the control plane took it, and when reads through the access point proved it. */
  readonly submittedAt?: Date;
  readonly acceptedAt?: Date;
  readonly effectiveAt?: Date;
  /** Why it was given up. */
  readonly abandoned?: string;
  /** The Region whose bucket leaves the traffic. */
  readonly away?: string;
  /** Where reads through the access point were answered by the right buckets, and since when. */
  readonly proofs?: readonly { readonly observer: string; readonly at: Date }[];
  /** When the Region that was left had recovered: for an hour after, late arrivals are looked for. */
  readonly recoveredAt?: Date;
}

/** Keeps routes from being changed automatically until it ends; a person may change them all the same. */
export interface RouteFreeze {
  /** One sentence for people. */
  readonly reason: string;
  /** Who: a person, or Holdfast itself. */
  readonly by: string;
  readonly until: Date;
}

/** What is known of one link towards a Region that may take over; absent checkpoint: nothing. */
export interface LinkBacklog {
  readonly link: string;
  /** Buckets' Regions. */
  readonly from: string;
  readonly to: string;
  readonly checkpoint?: Checkpoint;
}

/** Everything that a decision about routes is made of: pure data, read from the steering ledger and the control plane. */
export interface RoutingSituation {
  readonly mrap: MrapConfig;
  /** Behind the access point, one per Region. */
  readonly buckets: readonly BucketConfig[];
  /** Of the last minutes, in any order, duplicates and late ones included. */
  readonly probes: readonly Probe[];
  /** `undefined`: no control Region answered. */
  readonly routes: RouteTable | undefined;
  readonly backlog: readonly LinkBacklog[];
  readonly readiness: readonly Readiness[];
  /** Oldest first. */
  readonly history: readonly RouteChange[];
  /** Why nothing may be switched automatically now: a mass delete, a person's freeze. */
  readonly freezes: readonly Pick<RouteFreeze, 'reason' | 'until'>[];
  /** Whether probes, backlog and history come from the steering ledger; without it nothing is switched. */
  readonly ledgerReachable: boolean;
  readonly now: Date;
}

/** By what a Region is judged. `unknown`: too few observers have looked lately. */
export type RegionHealth = 'healthy' | 'impaired' | 'unhealthy' | 'unknown';

/** Every guard that stands between an outage and a change of routes. */
export const GUARDS = [
  'routes-known',
  'ledger-reachable',
  'quorum',
  'source-unhealthy',
  'target-healthy',
  'target-ready',
  'backlog-known',
  'rpo-budget',
  'cool-down',
  'flap-limit',
  'not-frozen',
  'one-active',
  'mode',
  /** Of failback alone: every version that was made before the barrier is at home. */
  'home-proved',
  /** Of failback alone: keys that were written at both sides are listed, and somebody has said yes to them. */
  'conflicts-accepted',
] as const;
export type Guard = (typeof GUARDS)[number];

/** One guard's answer: what was asked, whether it lets the change through, and in which words. */
export interface Reason {
  readonly guard: Guard;
  readonly passes: boolean;
  /** One plain sentence with numbers and units. */
  readonly text: string;
}

/** What would be lost, as far as anybody knows. */
export interface DataAtRisk {
  /** `undefined`: not known, which is never zero. */
  readonly versions?: number;
  readonly bytes?: number;
  readonly oldestPendingAt?: Date;
  /** Everything created before is accounted for in these numbers. */
  readonly completeUpTo?: Date;
  /** Estimate of what was written after `completeUpTo`, from the write rate. */
  readonly estimatedTail?: { readonly versions: number; readonly bytes: number };
}

/**
 * `stay`: nothing to do; `blocked`: a Region is unhealthy and a guard forbids the change; `advise`: a person should do it; `switch`:
 * to be done now. Always with the reasons of all guards that were asked: for `stay` those about whether there is anything to do.
 */
export interface RoutingDecision {
  readonly action: 'stay' | 'blocked' | 'advise' | 'switch';
  readonly health: readonly { readonly region: string; readonly health: RegionHealth; readonly text: string }[];
  /** Absent for `stay`. */
  readonly away?: string;
  readonly to?: readonly Route[];
  readonly reasons: readonly Reason[];
  readonly dataAtRisk?: DataAtRisk;
}

/**
 * What a guard means to a plan of a person. `blocks`: no change until it passes; `accepted`: it does not pass, and the person has
 * said so; `noted`: it is about changes that nobody asked for, and only shown.
 */
export type Standing = 'passes' | 'blocks' | 'accepted' | 'noted';

/** A change that a person wants: what it would do, what stands against it, what would be lost. */
export interface RoutePlan {
  readonly kind: RouteChange['kind'];
  /** `refused`: a guard blocks; `nothing`: the routes are so already. */
  readonly outcome: 'allowed' | 'refused' | 'nothing';
  readonly health: RoutingDecision['health'];
  /** Regions that would get no more traffic, and those that would have it afterwards. */
  readonly leaving: readonly string[];
  readonly staying: readonly string[];
  /** The whole table before and after; absent: not known. */
  readonly from?: readonly Route[];
  readonly to?: readonly Route[];
  readonly reasons: readonly (Reason & { readonly standing: Standing })[];
  readonly dataAtRisk?: DataAtRisk;
}

/** A loss that a person accepts: so many versions, or whatever it turns out to be. A number does not answer for what is not known. */
export type AcceptedLoss = number | 'unknown';
