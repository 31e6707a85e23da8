import type { AuditRun } from '../model/audit-run.ts';
import { outcomeOf, stateOf } from '../policy/audit-outcome.ts';
import type { AuditReport } from './report-audits.ts';

/** One audit as a line of NDJSON. */
export function toAuditRecord(report: AuditReport): object {
  const { audit, source, at } = report;
  const { name, pair, schedule, timezone, prefix } = audit;
  const about = { kind: 'scheduled-audit', audit: name, pair, region: source.region, schedule, timezone, prefix, at };
  if ('unknown' in report) return { ...about, state: 'unknown', notKnown: report.unknown };
  const { running, last, finished, ...times } = report.status;
  return {
    ...about,
    state: stateOf(report.status),
    ...times,
    ...(running === undefined ? {} : { running: { ...running.run, ...running.pace } }),
    ...(last === undefined ? {} : { last: { ...last, outcome: outcomeOf(last) } }),
    ...(finished === undefined ? {} : { lastFinishedAt: finished.endedAt ?? finished.updatedAt }),
  };
}

/** One run as a line of NDJSON. */
export function toRunRecord(run: AuditRun, isUnderWay: boolean): object {
  return { kind: 'audit-run', ...run, ...(isUnderWay ? {} : { outcome: outcomeOf(run) }) };
}
