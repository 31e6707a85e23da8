import type { ShardOutcome } from '../audit/shard-tally.ts';
import type { AuditPlan, AuditSummary } from '../audit/records.ts';

/** The lines of a report: the plan, every shard after its findings, and the summary. */
export function reportLines(
  plan: AuditPlan,
  outcomes: readonly ShardOutcome[],
  summary: AuditSummary,
): readonly object[] {
  const ordered = outcomes.toSorted((a, b) => a.record.shard - b.record.shard);
  return [plan, ...ordered.flatMap(({ record, findings }) => [...findings, record]), summary];
}
