import type { AgeRule, ContentPlan } from './audit-records.ts';

type ByAge = Extract<ContentPlan, { readonly mode: 'age' }>;

/** How old the proof of any version becomes before it is read again, in milliseconds, where audits run in time. */
export function oldestProofMs(plan: ByAge, rule?: AgeRule): number {
  return turnsOf(plan, rule?.everyMs ?? plan.everyMs) * plan.periodMs;
}

/** Audits in which everything has its turn once. */
export function turnsOf({ periodMs }: ByAge, everyMs: number): number {
  return Math.max(1, Math.floor(everyMs / periodMs));
}
