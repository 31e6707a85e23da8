import type { AuditPace } from '../model/audit-pace.ts';
import type { AuditRun } from '../model/audit-run.ts';
import { type AuditOutcome, type AuditState, outcomeOf, stateOf } from '../policy/audit-outcome.ts';
import { alignColumns } from './align-columns.ts';
import { formatDuration } from './duration-option.ts';
import { formatAmount, formatBytes, formatCount, printable } from './printable.ts';
import type { AuditReport } from './report-audits.ts';

const OUTCOMES: Readonly<Record<AuditOutcome, string>> = {
  proved: 'proved',
  violated: 'VIOLATED',
  'not-judged': 'not all judged',
  incomplete: 'incomplete',
  empty: 'nothing there',
  refused: 'refused',
  failed: 'FAILED',
  silent: 'went silent',
};

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
    ...(running === undefined ? [] : describeRunning(running)),
    ...(last === undefined ? [] : describeRun(last)),
  ];
}

function describeRunning({ run, pace }: { readonly run: AuditRun; readonly pace: AuditPace }): readonly string[] {
  const { perSecond, share, leftMs } = pace;
  const far = [
    `${formatCount(run.shards.done)} of ${formatAmount(run.shards.all, 'shard')}`,
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    ...(leftMs === undefined ? [] : [`about ${formatDuration(leftMs)} left`]),
  ];
  const rate = perSecond === undefined ? '' : `, ${formatCount(Math.round(perSecond))}/s`;
  return [
    `  ${run.phase} since ${sayTime(run.startedAt)}: ${far.join('; ')}`,
    `    ${sayVolume(run)}${rate}; ${sayFindings(run)}; ${sayDollars(run)} so far (${run.run})`,
  ];
}

/** One that is not under way any more. */
export function describeRun(run: AuditRun): readonly string[] {
  const { startedAt, root, report, reason, stopped } = run;
  const ended = run.endedAt ?? run.updatedAt;
  const took = formatDuration(ended.getTime() - startedAt.getTime());
  const why = [...(stopped === undefined ? [] : [stopped]), ...(reason === undefined ? [] : [printable(reason)])];
  return [
    `  ${sayTime(startedAt)}: ${OUTCOMES[outcomeOf(run)]}${why.length === 0 ? '' : ` (${why.join(': ')})`} after ${took} (${run.run})`,
    `    ${sayVolume(run)}; ${sayFindings(run)}; ${sayDollars(run)}; ${formatCount(run.shards.done)} of ${formatAmount(run.shards.all, 'shard')}`,
    ...(root === undefined ? [] : [`    root ${root}`]),
    ...(report === undefined ? [] : [`    report s3://${report.bucket}/${printable(report.prefix)}`]),
  ];
}

function sayFindings({ findings, violated }: AuditRun): string {
  if (findings === 0) return 'nothing';
  return `${formatAmount(findings, 'finding')}, ${formatCount(violated)} violated`;
}

function sayVolume({ versions, bytes }: AuditRun): string {
  return `${formatAmount(versions, 'version')} of ${formatBytes(bytes)}`;
}

function sayDollars({ dollars }: AuditRun): string {
  return `$${dollars.toFixed(2)}`;
}

function sayTime(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
