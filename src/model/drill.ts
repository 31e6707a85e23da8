import type { FailoverMode } from './config.ts';
import type { DataAtRisk, Reason, Route, RouteActor } from './routing.ts';

/** What was settled about an access point when it was rehearsed. */
export interface DrillSettings {
  readonly mode: FailoverMode;
  readonly rpoMs: number;
  readonly coolDownMs: number;
  readonly quorum: number;
  /** So many probes of one observer in its window must fail. */
  readonly confirmations: number;
  readonly observers: readonly string[];
  readonly witness?: string;
}

/** When each thing of one change of routes was seen; absent: it did not happen. */
export interface DrillTimes {
  /** The outage, or its end. */
  readonly happenedAt: Date;
  /** First time that the probes were enough to say so. */
  readonly detectedAt?: Date;
  /** Absent with everything below: a guard forbade the change. */
  readonly decidedAt?: Date;
  /** The control plane took the new routes. */
  readonly acceptedAt?: Date;
  /** Reads through the access point proved it. */
  readonly effectiveAt?: Date;
}

/** What a client saw that read one object through the access point every few seconds. */
export interface DrillClient {
  readonly reads: number;
  readonly failed: number;
  /** From the first read that failed to the first that was answered again, in milliseconds; absent: none failed, or none again. */
  readonly outageMs?: number;
}

/** What a guard said; absent guard: the history keeps the words of automatic changes alone. */
export type DrillReason = Omit<Reason, 'guard'> & Partial<Pick<Reason, 'guard'>>;

/** One half of a drill: the traffic leaves the Region, or comes back. */
export interface DrillLeg extends DrillTimes {
  readonly kind: 'failover' | 'failback';
  /** For people: what was done to the Region. */
  readonly what: string;
  readonly by: RouteActor;
  readonly from: readonly Route[];
  readonly to: readonly Route[];
  readonly reasons: readonly DrillReason[];
  readonly dataAtRisk?: DataAtRisk;
  readonly client: DrillClient;
  /** Why it did not come to its end. */
  readonly failure?: string;
}

/** What a rehearsal of a failover and its failback has shown. Sandbox time throughout. */
export interface DrillReport {
  readonly version: 1;
  readonly mrap: string;
  readonly arn: string;
  readonly stage: string;
  /** Region that was out. */
  readonly region: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly settings: DrillSettings;
  readonly legs: readonly DrillLeg[];
  /** One plain sentence each. */
  readonly lessons: readonly string[];
}

/** The steps of which the time of a change is made, in their order. */
export const DRILL_STEPS = ['detect', 'decide', 'accept', 'effective'] as const;
export type DrillStep = (typeof DRILL_STEPS)[number];

/** How long each step took, in milliseconds; those that did not happen are left out, and so is all that follows them. */
export function stepsOf({
  happenedAt,
  detectedAt,
  decidedAt,
  acceptedAt,
  effectiveAt,
}: DrillTimes): readonly { readonly step: DrillStep; readonly ms: number }[] {
  const ends = [detectedAt, decidedAt, acceptedAt, effectiveAt];
  const steps: { step: DrillStep; ms: number }[] = [];
  let from = happenedAt;
  for (const [index, step] of DRILL_STEPS.entries()) {
    const at = ends[index];
    if (at === undefined) break;
    // Two clocks look at them: what seems to come before its cause took no time.
    steps.push({ step, ms: Math.max(0, at.getTime() - from.getTime()) });
    from = at;
  }
  return steps;
}

/** From the outage until traffic was proved to go elsewhere, in milliseconds; `undefined`: it was not. */
export function rtoMs({ happenedAt, effectiveAt }: DrillTimes): number | undefined {
  return effectiveAt === undefined ? undefined : effectiveAt.getTime() - happenedAt.getTime();
}

/** Age of the oldest version that may have been missing when the change was decided: nothing is known beyond where the list is complete. */
export function rpoShownMs({ dataAtRisk, decidedAt }: DrillLeg): number | undefined {
  if (dataAtRisk?.completeUpTo === undefined || decidedAt === undefined) return undefined;
  const { completeUpTo, oldestPendingAt = completeUpTo } = dataAtRisk;
  return Math.max(0, decidedAt.getTime() - Math.min(oldestPendingAt.getTime(), completeUpTo.getTime()));
}

/** Whether traffic left and came back, both proved. */
export function isDrillPassed({ legs }: Pick<DrillReport, 'legs'>): boolean {
  return (
    legs.length === 2 && legs.every(({ effectiveAt, failure }) => effectiveAt !== undefined && failure === undefined)
  );
}
