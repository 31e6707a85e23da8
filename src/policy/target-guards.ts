import { formatDuration } from '../model/quantity-text.ts';
import type { Readiness, Reason, RoutingSituation } from '../model/routing.ts';
import type { Exposure } from './data-at-risk.ts';
import type { RegionView } from './region-health.ts';
import { FUTURE_MS } from './region-votes.ts';

/** What is known of readiness is good for this long, in milliseconds: CloudWatch tells the use of KMS minutes late. */
const READINESS_VALID_MS = 10 * 60_000;

/** Greatest share of the KMS quota that the traffic of two Regions may take together. */
export const MOST_KMS_LOAD = 0.8;

/** Every Region that is to have the traffic must answer. */
export function targetHealthy(views: readonly RegionView[], targets: readonly string[]): Reason {
  const guard = 'target-healthy';
  const judged = targets.map((region) => views.find((view) => view.region === region));
  const bad = judged.filter((view) => view?.health !== 'healthy');
  if (targets.length === 0) return { guard, passes: false, text: 'there is no Region that could take the traffic' };
  if (bad.length === 0) return { guard, passes: true, text: `${targets.join(' and ')} answers` };
  return { guard, passes: false, text: bad.map((view) => view?.text ?? 'its bucket is not observed').join('; ') };
}

/** KMS, keys and throttles where the traffic is to go. What is not known is not ready. */
export function targetReady(
  { readiness, now }: Pick<RoutingSituation, 'readiness' | 'now'>,
  targets: readonly string[],
): Reason {
  const problems = targets.flatMap((region) => {
    const latest = readiness
      .filter((known) => known.region === region)
      .toSorted((a, b) => b.asOf.getTime() - a.asOf.getTime())[0];
    return whyNotReady(latest, now).map((why) => `${region}: ${why}`);
  });
  const ready = `${targets.join(' and ')} has room in its KMS quota, usable keys and no throttles`;
  return {
    guard: 'target-ready',
    passes: problems.length === 0,
    text: problems.length === 0 ? ready : problems.join('; '),
  };
}

function whyNotReady(known: Readiness | undefined, now: Date): readonly string[] {
  if (known === undefined) return ['nobody has looked whether it is ready'];
  const { asOf, kmsLoad, keysUsable, throttled } = known;
  const ageMs = now.getTime() - asOf.getTime();
  if (ageMs > READINESS_VALID_MS || ageMs < -FUTURE_MS) {
    return [
      ageMs < 0 ? 'what is known of it comes from the future' : `what is known of it is ${formatDuration(ageMs)} old`,
    ];
  }
  const load = kmsLoad === undefined ? 'unknown' : `${Math.round(kmsLoad * 100)} %`;
  return [
    ...(kmsLoad !== undefined && kmsLoad <= MOST_KMS_LOAD
      ? []
      : [`KMS would be used to ${load} of its quota, and at most ${MOST_KMS_LOAD * 100} % is safe`]),
    ...(keysUsable === true
      ? []
      : [keysUsable === undefined ? 'nobody knows whether its keys are usable' : 'a key cannot be used']),
    ...(throttled === false
      ? []
      : [throttled === undefined ? 'nobody knows whether it is throttled' : 'it is throttled now']),
  ];
}

export function backlogKnown({ unknown, risk }: Exposure, now: Date): Reason {
  const guard = 'backlog-known';
  if (unknown.length > 0) return { guard, passes: false, text: unknown.join('; ') };
  const { completeUpTo } = risk;
  if (completeUpTo === undefined)
    return { guard, passes: false, text: 'there is no Region whose backlog could be known' };
  const age = formatDuration(now.getTime() - completeUpTo.getTime());
  return { guard, passes: true, text: `every version up to ${age} ago is accounted for` };
}

export function rpoBudget({ exposedMs }: Exposure, rpoMs: number): Reason {
  const guard = 'rpo-budget';
  const budget = formatDuration(rpoMs);
  if (exposedMs === undefined)
    return { guard, passes: false, text: `nobody knows whether the loss is within ${budget}` };
  const passes = exposedMs <= rpoMs;
  const text = `the oldest version that may be missing is ${formatDuration(exposedMs)} old; allowed are ${budget}`;
  return { guard, passes, text };
}
