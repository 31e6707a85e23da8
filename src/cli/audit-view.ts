import type { AuditRunView, AuditView } from '../console/view.ts';
import type { AuditRun } from '../model/audit-run.ts';
import { outcomeOf, stateOf } from '../policy/audit-outcome.ts';
import { addressOf } from './render-audit-run.ts';
import type { AuditReport } from './report-audits.ts';

/** An audit as the page gets it. */
export function toAuditView(report: AuditReport): AuditView {
  const { name, pair, schedule } = report.audit;
  if ('unknown' in report) return { name, pair, schedule, state: 'unknown', unknown: report.unknown };
  const { running, last, nextAt, overdueSince } = report.status;
  return {
    name,
    pair,
    schedule,
    state: stateOf(report.status),
    ...(running && { running: { ...toRunView(running.run), ...running.pace, phase: running.run.phase } }),
    ...(last && { last: toLastView(last) }),
    ...(nextAt && { nextAt: nextAt.toISOString() }),
    ...(overdueSince && { overdueSince: overdueSince.toISOString() }),
  };
}

function toLastView(run: AuditRun): NonNullable<AuditView['last']> {
  const { startedAt, endedAt, updatedAt, stopped, reason, root, report } = run;
  return {
    ...toRunView(run),
    outcome: outcomeOf(run),
    tookMs: (endedAt ?? updatedAt).getTime() - startedAt.getTime(),
    ...(stopped && { stopped }),
    ...(reason !== undefined && { reason }),
    ...(root !== undefined && { root }),
    ...(report && { report: addressOf(report) }),
  };
}

function toRunView({ run, startedAt, shards, versions, bytes, findings, violated, dollars }: AuditRun): AuditRunView {
  return { run, startedAt: startedAt.toISOString(), shards, versions, bytes, findings, violated, dollars };
}
