import type { AuditPhase, AuditRun } from '../model/audit-run.ts';
import type { AuditStatus } from './audit-status.ts';

/**
 * What a run came to that is not under way any more. `empty`: there was nothing to prove; `incomplete`: parts were not audited;
 * `silent`: it stopped without a word.
 */
export type AuditOutcome =
  | 'proved'
  | 'violated'
  | 'not-judged'
  | 'incomplete'
  | 'empty'
  | 'refused'
  | 'failed'
  | 'silent';

/** What matters most about an audit now. */
export type AuditState = AuditOutcome | 'overdue' | 'under-way' | 'never-ran';

/** Of phases in which a run that is not under way any more can be; what it found decides about the others. */
const WITHOUT_END: Readonly<Record<Exclude<AuditPhase, 'finished'>, AuditOutcome>> = {
  planning: 'silent',
  running: 'silent',
  reporting: 'silent',
  refused: 'refused',
  failed: 'failed',
};

/** Something violated wins: the rest of the buckets cannot make it whole. */
export function outcomeOf({ phase, violated, findings, versions, root }: AuditRun): AuditOutcome {
  if (phase !== 'finished') return WITHOUT_END[phase];
  if (violated > 0) return 'violated';
  if (root === undefined) return 'incomplete';
  if (findings > 0) return 'not-judged';
  return versions === 0 ? 'empty' : 'proved';
}

export function stateOf({ running, last, overdueSince }: AuditStatus): AuditState {
  if (overdueSince !== undefined) return 'overdue';
  if (running !== undefined) return 'under-way';
  return last === undefined ? 'never-ran' : outcomeOf(last);
}
