import { type AuditPace, paceOf } from '../model/audit-pace.ts';
import type { AuditRun } from '../model/audit-run.ts';
import { holdfastCommand } from '../model/shell-command.ts';
import { type AuditOutcome, outcomeOf } from '../policy/audit-outcome.ts';
import { isUnderWay } from '../policy/audit-status.ts';
import { formatDuration } from './duration-option.ts';
import { formatAmount, formatBytes, formatCount, formatDollars, printable } from './printable.ts';

export const OUTCOMES: Readonly<Record<AuditOutcome, string>> = {
  proved: 'proved',
  violated: 'VIOLATED',
  'not-judged': 'not all judged',
  incomplete: 'incomplete',
  empty: 'nothing there',
  refused: 'refused',
  failed: 'FAILED',
  silent: 'went silent',
};

/** Everything that is known of one run, and how to go on with its report. */
export function renderAuditRun(run: AuditRun, now: Date): string {
  const lines = isUnderWay(run, now) ? describeRunning(run, paceOf(run, now)) : describeEnded(run);
  const { audit, pair, root, report } = run;
  const verify =
    report === undefined
      ? []
      : [`  npx ${holdfastCommand(`verify-report ${addressOf(report)}report.ndjson`, { root })}`];
  return [`audit ${audit} of pair ${pair}`, ...lines, ...verify, ''].join('\n');
}

export function describeRunning(run: AuditRun, { perSecond, share, leftMs }: AuditPace): readonly string[] {
  const far = [
    sayShards(run),
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    ...(leftMs === undefined ? [] : [`about ${formatDuration(leftMs)} left`]),
  ];
  const rate = perSecond === undefined ? '' : `, ${formatCount(Math.round(perSecond))}/s`;
  return [
    `  ${sayTime(run.startedAt)}: ${run.phase}; ${far.join('; ')} (${run.run})`,
    `    ${sayVolume(run)}${rate}; ${sayFindings(run)}; ${formatDollars(run.dollars)} so far`,
  ];
}

/** One that is not under way any more. */
export function describeEnded(run: AuditRun): readonly string[] {
  const { startedAt, endedAt, updatedAt, root, report, reason, stopped } = run;
  const took = formatDuration((endedAt ?? updatedAt).getTime() - startedAt.getTime());
  const why = [stopped, reason].flatMap((each) => (each === undefined ? [] : [printable(each)])).join(': ');
  return [
    `  ${sayTime(startedAt)}: ${OUTCOMES[outcomeOf(run)]}${why === '' ? '' : ` (${why})`} after ${took} (${run.run})`,
    `    ${sayVolume(run)}; ${sayFindings(run)}; ${formatDollars(run.dollars)}; ${sayShards(run)}`,
    ...(root === undefined ? [] : [`    root ${root}`]),
    ...(report === undefined ? [] : [`    report ${addressOf(report)}`]),
  ];
}

export function sayFindings({ findings, violated }: AuditRun): string {
  return `${formatAmount(findings, 'finding')}${findings === 0 ? '' : `, ${formatCount(violated)} violated`}`;
}

export function sayTime(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

function sayShards({ shards }: AuditRun): string {
  return `${formatCount(shards.done)} of ${formatAmount(shards.all, 'shard')}`;
}

function sayVolume({ versions, bytes }: AuditRun): string {
  return `${formatAmount(versions, 'version')} of ${formatBytes(bytes)}`;
}

/** Of its folder. */
export function addressOf({ bucket, prefix }: NonNullable<AuditRun['report']>): string {
  return `s3://${bucket}/${prefix.replace(/\/?$/, '/')}`;
}
