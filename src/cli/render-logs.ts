import type { AccessRecord } from '../model/access-record.ts';
import { byWhom, type KeyHistory, type LogGroup, type LogSummary } from '../policy/log-summary.ts';
import { formatCount, printable } from './printable.ts';

/** How much was read, and what of it could not be. */
export interface LogCoverage {
  readonly files: number;
  readonly unreadableLines: number;
  readonly unreadableFiles: readonly string[];
}

const SECTIONS = [
  ['throttles', 'Requests that were throttled'],
  ['refusedUploads', 'Uploads that S3 refused, so that no event tells of them'],
  ['removals', 'Removals'],
  ['bypasses', 'Requests that went around the access point'],
] as const;

/** For people: the `top` largest groups of each kind. */
export function renderLogs(summary: LogSummary, coverage: LogCoverage, top: number): string {
  const { records, firstAt, lastAt, routeChanges, histories, ungrouped } = summary;
  const span = firstAt === undefined || lastAt === undefined ? '' : `, ${iso(firstAt)} to ${iso(lastAt)}`;
  const blocks = [
    `${count(records, 'request')} in ${count(coverage.files, 'file')}${span}`,
    ...histories.map((history) => renderHistory(history)),
    ...SECTIONS.flatMap(([kind, title]) => renderGroups(title, summary[kind], top)),
    ...(routeChanges.length === 0 ? [] : [['Route changes', ...routeChanges.map((each) => change(each))].join('\n')]),
    ...(ungrouped === 0 ? [] : [`${formatCount(ungrouped)} more belong to groups that are too many to tell apart`]),
    'Logs are best effort: what they do not show may have happened.',
  ];
  return `${blocks.map((block) => printableLines(block)).join('\n\n')}\n`;
}

function renderGroups(title: string, groups: readonly LogGroup[], top: number): readonly string[] {
  if (groups.length === 0) return [];
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const more = groups.length > top ? [`  and ${count(groups.length - top, 'other group')}`] : [];
  return [[`${title}: ${formatCount(total)}`, ...groups.slice(0, top).map((each) => row(each)), ...more].join('\n')];
}

function row({ of, count: times, firstAt, lastAt, examples }: LogGroup): string {
  const { bucket, prefix, ...rest } = of;
  const place = prefix === undefined ? `s3://${bucket}` : `s3://${bucket}/${prefix}*`;
  const lines = [
    `  ${formatCount(times)} × ${[place, ...Object.values(rest)].join('  ')}`,
    `    ${iso(firstAt)} to ${iso(lastAt)}${examples.length === 0 ? '' : `, such as ${examples.join(', ')}`}`,
  ];
  return lines.join('\n');
}

function renderHistory({ bucket, key, changes, count: times }: KeyHistory): string {
  const name = `s3://${bucket}/${key}`;
  if (times === 0) return `${name}\n  neither written nor removed by any request in these logs`;
  const more = times > changes.length ? [`  ${formatCount(times - changes.length)} earlier changes are not shown`] : [];
  return [name, ...more, ...changes.map((each) => change(each))].join('\n');
}

function change(record: AccessRecord): string {
  const { at, operation, versionId, remoteIp, userAgent } = record;
  const details = [
    ...(versionId === undefined ? [] : [`version ${versionId}`]),
    ...(remoteIp === undefined ? [] : [`from ${remoteIp}`]),
    ...(userAgent === undefined ? [] : [`with ${userAgent}`]),
  ];
  return `  ${iso(at)}  ${operation}  ${byWhom(record)}${details.length === 0 ? '' : `  (${details.join(', ')})`}`;
}

/** One record for each group, each key that was asked for, and one that sums up. */
export function toLogRecords(summary: LogSummary, coverage: LogCoverage): readonly object[] {
  const { records, firstAt, lastAt, histories, routeChanges, ungrouped } = summary;
  return [
    ...SECTIONS.flatMap(([kind]) => summary[kind].map(({ of, ...group }) => ({ ...of, ...group, kind }))),
    ...histories.map((history) => ({ kind: 'history', ...history })),
    ...routeChanges.map((each) => ({ ...each, kind: 'routeChange' })),
    { kind: 'summary', records, firstAt, lastAt, ungrouped, ...coverage },
  ];
}

function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function iso(at: Date): string {
  return at.toISOString().replace('.000Z', 'Z');
}

/** Keys and user agents are anything; the lines are ours. */
function printableLines(block: string): string {
  return block
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}
