import { type AuditState, stateOf } from '../policy/audit-outcome.ts';
import { alignColumns } from './align-columns.ts';
import { formatDuration } from './duration-option.ts';
import { printable } from './printable.ts';
import { describeEnded, describeRunning, OUTCOMES, sayFindings, sayTime } from './render-audit-run.ts';
import type { AuditReport } from './report-audits.ts';

const STATES: Readonly<Record<AuditState, string>> = {
  ...OUTCOMES,
  overdue: 'OVERDUE',
  'under-way': 'under way',
  'never-ran': 'never ran',
};

const HEADINGS = ['audit', 'pair', 'state', 'last run', 'found', 'next'] as const;

/** A table with a row for each audit, and below it what each is doing and what the last run proved. Empty: there are none. */
export function renderAudits(reports: readonly AuditReport[]): string {
  if (reports.length === 0) return '';
  const rows = reports.map((report) => toRow(report));
  return [...alignColumns([HEADINGS, ...rows]), ...reports.flatMap((report) => ['', ...describe(report)]), ''].join(
    '\n',
  );
}

function toRow(report: AuditReport): readonly string[] {
  const { audit, at } = report;
  if ('unknown' in report) return [audit.name, audit.pair, 'unknown', '-', '-', '-'];
  const { last, nextAt } = report.status;
  return [
    audit.name,
    audit.pair,
    STATES[stateOf(report.status)],
    last === undefined ? '-' : `${formatDuration(at.getTime() - last.startedAt.getTime())} ago`,
    last === undefined ? '-' : sayFindings(last),
    nextAt === undefined ? '-' : `in ${formatDuration(nextAt.getTime() - at.getTime())}`,
  ];
}

function describe(report: AuditReport): readonly string[] {
  const { audit } = report;
  const scope = audit.prefix === '' ? '' : `, keys that begin with ${printable(audit.prefix)}`;
  const head = `audit ${audit.name} of pair ${audit.pair}, ${audit.schedule}${scope}`;
  if ('unknown' in report) return [head, `  not known: ${printable(report.unknown)}`];
  const { running, last, overdueSince } = report.status;
  return [
    head,
    ...(overdueSince === undefined ? [] : [`  OVERDUE: due since ${sayTime(overdueSince)}, and nothing has finished`]),
    ...(running === undefined ? [] : describeRunning(running.run, running.pace)),
    ...(last === undefined ? [] : describeEnded(last)),
  ];
}
