import type { LagPercentiles } from '../model/measurements.ts';
import { formatObject } from '../model/object.ts';
import type { LinkState } from '../policy/link-status.ts';
import { alignColumns } from './align-columns.ts';
import { formatDuration } from './duration-option.ts';
import type { LinkReport } from './link-report.ts';
import { formatBytes, formatCount, printable } from './printable.ts';

const WORDS: Readonly<Record<LinkState, string>> = {
  settled: 'settled',
  'on-its-way': 'on its way',
  overdue: 'OVERDUE',
  failed: 'FAILED',
  unknown: 'unknown',
};

const HEADINGS = ['link', 'state', 'pending', 'size', 'oldest', 'S3 lag', 'our lag', 'failed', 'as of'] as const;

/** A table with a row for each link, and below it what each would lose and what is not known. */
export function renderStatus(reports: readonly LinkReport[]): string {
  const rows = reports.map((report) => toRow(report));
  return [
    ...alignColumns([HEADINGS, ...rows]),
    'lag: half of the minutes / 99 % of them, and failed: both of the last hour',
    ...reports.flatMap((report) => ['', ...describeLink(report)]),
    '',
  ].join('\n');
}

function toRow({ link, status, measurements, at }: LinkReport): readonly string[] {
  const { backlog } = status;
  const oldest = backlog?.oldestMs;
  return [
    `${link.source.bucket} → ${link.destination.bucket}`,
    WORDS[status.state],
    backlog === undefined ? 'unknown' : formatCount(backlog.versions),
    backlog === undefined ? 'unknown' : formatBytes(backlog.bytes),
    oldest === undefined ? '-' : formatDuration(oldest),
    formatLag(measurements?.latency),
    formatLag(measurements?.lag),
    measurements?.failed === undefined ? '-' : formatCount(measurements.failed),
    backlog === undefined ? '-' : `${formatDuration(at.getTime() - backlog.asOf.getTime())} ago`,
  ];
}

function formatLag(lag: LagPercentiles | undefined): string {
  return lag === undefined ? '-' : `${formatDuration(lag.p50Ms)} / ${formatDuration(lag.p99Ms)}`;
}

function describeLink(report: LinkReport): readonly string[] {
  const { link, bulk, rules, pending, notes } = report;
  const named = rules?.map(({ id, metrics, timeControl }) => {
    const kinds = [...(metrics ? ['metrics'] : ['no metrics']), ...(timeControl ? ['time control'] : [])];
    return `${printable(id)} (${kinds.join(', ')})`;
  });
  return [
    `${link.source.bucket} → ${link.destination.bucket} (pair ${link.pair})`,
    ...describeRisk(report),
    ...(bulk ? ['  too many are pending: they are counted, and not looked at one by one'] : []),
    ...(named === undefined || named.length === 0 ? [] : [`  rules: ${named.join('; ')}`]),
    ...notes.map((note) => `  not known: ${printable(note)}`),
    ...(pending === undefined ? [] : describePending(report)),
  ];
}

function describeRisk({ link, status }: LinkReport): readonly string[] {
  const { atRisk, checkpointAgeMs, backlog } = status;
  if (atRisk === undefined) {
    const byS3 = backlog === undefined ? '' : '; the count above is that of S3, which does not say which versions';
    const known =
      checkpointAgeMs === undefined
        ? 'there is no checkpoint'
        : `the last checkpoint is ${formatDuration(checkpointAgeMs)} old`;
    return [`  If ${link.source.region} failed now: unknown what would be lost, because ${known}${byS3}`];
  }
  const { tail } = atRisk;
  const listed = `${countOf(atRisk.versions)} of ${formatBytes(atRisk.bytes)} would be lost (list complete up to ${atRisk.completeUpTo.toISOString()})`;
  return [
    `  If ${link.source.region} failed now: ${listed},`,
    tail === undefined
      ? '  and what was written since then, at a rate that is not known'
      : `  and an estimated tail of about ${countOf(tail.versions)} of ${formatBytes(tail.bytes)}, written in the ${formatDuration(tail.overMs)} since then`,
  ];
}

function describePending({ pending = [], at }: LinkReport): readonly string[] {
  if (pending.length === 0) return ['  no version is in the list of pending versions'];
  return [
    '  oldest pending versions:',
    ...pending.map(({ object, createdAt, sizeBytes }) => {
      const age = formatDuration(at.getTime() - createdAt.getTime());
      return `    ${age.padStart(7)}  ${formatBytes(sizeBytes).padStart(9)}  ${printable(formatObject(object))}`;
    }),
  ];
}

function countOf(versions: number): string {
  return `${formatCount(versions)} version${versions === 1 ? '' : 's'}`;
}
