import { CONFIDENCE, excludedShare } from '../model/excluded-share.ts';
import type { StopReason } from '../model/audit-run.ts';
import type { AuditPlan, AuditSummary, FindingRecord } from '../model/audit-records.ts';
import { formatObject } from '../model/object.ts';
import { formatDollars, formatDuration } from '../model/quantity-text.ts';
import { oldestProofMs } from '../model/proof-age.ts';
import { formatBytes, formatCount, printable } from './printable.ts';

export { formatDollars } from '../model/quantity-text.ts';

export interface RenderedAudit {
  readonly plan: AuditPlan;
  readonly summary: AuditSummary;
  /** The first findings. */
  readonly shown: readonly FindingRecord[];
  /** Paths of the report. */
  readonly files: readonly string[];
}

const STOPPED: Readonly<Record<StopReason, string>> = {
  budget: 'the budget is used up',
  'too-many-differences': 'there are more differences than --ceiling allows: are these the right buckets?',
  'given-up': 'it was interrupted',
  error: 'of an error',
};

/** What an audit has come to, for a person. */
export function renderAudit({ plan, summary, shown, files }: RenderedAudit): string {
  const { source, replica, alike, proved, waiting, verdicts, read, root, stopped, shards } = summary;
  const total = verdicts.violated + verdicts.unverifiable;
  const lines = [
    ...plan.links.map(
      (each) => `${plan.question.pair}: ${each.source.bucket} to ${each.destination.bucket}, ${scopeOf(plan)}`,
    ),
    ...shown.map((finding) => describeFinding(finding)),
    ...(total > shown.length ? [`... and ${formatCount(total - shown.length)} more`] : []),
    '',
    `listed        ${formatCount(source.versions)} at the source, ${formatCount(replica.versions)} at the destination`,
    `alike         ${formatCount(alike)} in both listings, ${formatCount(proved)} more when looked at: what was recorded`,
    `read          ${formatCount(read.versions)} copies, ${formatBytes(read.bytes)}: what is stored${plan.question.by === undefined ? '' : ', by S3 itself'}${confidenceOf(plan, summary)}`,
    ...agesOf(plan),
    `on their way  ${formatCount(waiting)}`,
    ...table('expected', summary.expected),
    `violated      ${formatCount(verdicts.violated)}`,
    `unverifiable  ${formatCount(verdicts.unverifiable)}`,
    ...table('by code', summary.findings),
    '',
    `used          ${describeUse(summary)}`,
    ...(stopped === undefined ? [] : [`not finished  ${shards.done} of ${shards.all} shards: ${STOPPED[stopped]}`]),
    ...(root === undefined ? [] : [`root          ${root}`]),
    ...files.map((file) => `written       ${printable(file)}`),
    ...(stopped === undefined || files.length === 0 ? [] : ['The same command goes on with what is left.']),
  ];
  return `${lines.join('\n')}\n`;
}

function scopeOf({ question: { prefix, versions, since } }: AuditPlan): string {
  return [
    versions ? 'all versions and delete markers' : 'current objects',
    ...(prefix === '' ? [] : [`under ${printable(prefix)}`]),
    ...(since === undefined ? [] : [`since ${since}`]),
  ].join(' ');
}

function describeFinding({ verdict, code, object, evidence }: FindingRecord): string {
  const { pair: _, link: __, ...rest } = evidence;
  const details = Object.entries(rest).map(([name, value]) => `${name} ${printable(String(value))}`);
  return `${verdict === 'violated' ? 'VIOLATED' : 'unverifiable'} ${code}  ${printable(formatObject(object))}\n    ${details.join(', ')}`;
}

function table(title: string, counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).map(
    ([name, count], index) => `${(index === 0 ? title : '').padEnd(13)} ${formatCount(count)} ${name}`,
  );
}

/** What a sample says of what was not read. */
function confidenceOf({ question }: AuditPlan, { read, verdicts }: AuditSummary): string {
  if (question.content.mode !== 'sample' || read.versions === 0 || verdicts.violated > 0) return '';
  const share = (excludedShare(read.versions, CONFIDENCE) * 100).toPrecision(2);
  return `; with ${CONFIDENCE * 100} % confidence less than ${share} % of all copies are damaged`;
}

/** How old the proof of a version may become, where audits run in time. */
function agesOf({ question: { content } }: AuditPlan): readonly string[] {
  if (content.mode !== 'age') return [];
  const { rules = [] } = content;
  return [
    `proof         of every version again within ${formatDuration(oldestProofMs(content))}`,
    ...rules
      .filter(({ everyMs }) => everyMs !== undefined)
      .map(
        (rule) =>
          `              under s3://${rule.bucket}/${printable(rule.prefix)} within ${formatDuration(oldestProofMs(content, rule))}`,
      ),
  ];
}

function describeUse({ requests, dollars }: AuditSummary): string {
  const used = Object.entries(requests).filter(([, count]) => count > 0);
  return `${used.map(([kind, count]) => `${formatCount(count)} ${kind}`).join(', ')}; ${formatDollars(dollars)}`;
}
