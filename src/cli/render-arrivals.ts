import { MOST_NAMED, type Outcome, sumUp } from '../audit/arrival-tally.ts';
import type { Arrivals } from '../audit/await-arrivals.ts';
import type { Link } from '../model/link.ts';
import { formatObject } from '../model/object.ts';
import { holdfastCommand } from '../model/shell-command.ts';
import { formatDuration } from './duration-option.ts';
import { formatBytes, formatCount, printable } from './printable.ts';

export interface LinkArrivals {
  readonly link: Link;
  readonly arrivals: Arrivals;
}

/** An upload that is no version yet; `unknown`: they cannot be listed. */
export type OpenUpload =
  | { readonly bucket: string; readonly key: string; readonly initiatedAt: Date }
  | { readonly bucket: string; readonly unknown: true };

export interface ArrivalReport {
  readonly pair: string;
  readonly before: Date;
  readonly links: readonly LinkArrivals[];
  readonly uploads: readonly OpenUpload[];
  readonly tookMs: number;
}

const BY: Readonly<Record<string, string>> = {
  etag: 'by ETag',
  'stored-checksum': 'by stored checksum',
  size: 'by version ID and size',
  presence: 'delete markers',
};

/** Reasons in words; others speak for themselves. */
const REASONS: Readonly<Record<string, string>> = {
  'outside-every-rule': 'no enabled rule selects the key',
  'tags-not-selected': 'no enabled rule selects the tags',
  'kms-not-selected': 'SSE-KMS, which the rules do not select',
  'delete-markers-not-replicated': 'delete markers, which are not replicated',
  'is-a-replica': 'came by replication and is not passed on',
  'gone-at-the-source': 'gone at the source meanwhile',
  'lifecycle-may-have-removed-it': 'a lifecycle rule of the destination may have removed it',
  'never-attempted': 'S3 never tried: older than the rule, or archived',
  'marker-may-be-of-lifecycle': 'delete marker that lifecycle may have made, which S3 does not replicate',
};

/** What has arrived, what has not and what to do about it. */
export function renderArrivals(report: ArrivalReport): string {
  const { pair, before, links, uploads, tookMs } = report;
  return [
    `${pair}: versions created up to ${before.toISOString()}, by what S3 lists and records`,
    ...links.flatMap((each) => ['', ...renderLink(each)]),
    ...renderUploads(uploads),
    ...renderAdvice(pair, links),
    '',
    `${conclude(report)} (${formatDuration(tookMs)})`,
    '',
  ].join('\n');
}

function renderLink({ link, arrivals }: LinkArrivals): readonly string[] {
  const { proved, failed, missing, differs, unproved, excused } = arrivals.tally.outcomes;
  const waiting = sumUp(arrivals.waiting().values());
  const by = [...arrivals.tally.bases].map(([basis, count]) => `${formatCount(count)} ${BY[basis] ?? basis}`);
  const rows = [
    ['not yet there', waiting],
    ['FAILED', failed],
    ['MISSING', missing],
    ['DIFFERS', differs],
    ['cannot be proved', unproved],
    ['not eligible', excused],
  ] as const;
  return [
    `${link.source.bucket} → ${link.destination.bucket}`,
    row('proved', proved, by.join(', ')),
    ...rows.flatMap(([name, outcome]) => (outcome.versions === 0 ? [] : renderOutcome(name, outcome))),
    ...(arrivals.isListed() ? [] : ['  the listing did not come to its end: what follows was not looked at']),
  ];
}

function renderOutcome(name: string, outcome: Outcome): readonly string[] {
  const reasons = [...outcome.reasons].map(([reason, count]) => `${formatCount(count)} × ${REASONS[reason] ?? reason}`);
  const hidden = outcome.versions - outcome.named.length;
  return [
    row(name, outcome, reasons.slice(0, MOST_NAMED).join(', ')),
    ...outcome.named.map(({ version }) => `    ${printable(formatObject(version.object))}`),
    ...(hidden > 0 ? [`    and ${formatCount(hidden)} more`] : []),
  ];
}

function row(name: string, { versions, bytes }: Pick<Outcome, 'versions' | 'bytes'>, text: string): string {
  return `  ${name.padEnd(17)}${formatCount(versions).padStart(12)}${formatBytes(bytes).padStart(11)}  ${text}`.trimEnd();
}

function renderUploads(uploads: readonly OpenUpload[]): readonly string[] {
  if (uploads.length === 0) return [];
  const named = uploads.slice(0, MOST_NAMED).map((upload) => {
    return 'unknown' in upload
      ? `  ${upload.bucket}: uploads cannot be listed`
      : `  s3://${upload.bucket}/${printable(upload.key)}, begun ${upload.initiatedAt.toISOString()}`;
  });
  const hidden = uploads.length - named.length;
  return [
    '',
    'Open multipart uploads, which are no versions yet and were not waited for:',
    ...named,
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more`] : []),
  ];
}

/** What a person does about what cannot become right by itself. */
function renderAdvice(pair: string, links: readonly LinkArrivals[]): readonly string[] {
  const some = (pick: (outcomes: Arrivals['tally']['outcomes']) => Outcome): boolean =>
    links.some(({ arrivals }) => pick(arrivals.tally.outcomes).versions > 0);
  const never = links.some(({ arrivals }) => arrivals.tally.outcomes.unproved.reasons.has('never-attempted'));
  const commands = [
    ...(some(({ failed }) => failed) ? [holdfastCommand(`repair ${pair}`, { failed: true })] : []),
    ...(some(({ missing }) => missing) ? [holdfastCommand(`repair ${pair}`, { missing: true })] : []),
    ...(never ? [holdfastCommand(`repair ${pair}`, { existing: true })] : []),
  ];
  return commands.length === 0
    ? []
    : ['', 'What can be done, after its cause is gone:', ...commands.map((c) => `  ${c}`)];
}

function conclude({ pair, links }: ArrivalReport): string {
  const sum = (count: (arrivals: Arrivals) => number): number =>
    links.reduce((total, { arrivals }) => total + count(arrivals), 0);
  const wrong = sum(({ tally: { outcomes: o } }) => o.failed.versions + o.missing.versions + o.differs.versions);
  const left = sum((arrivals) => arrivals.waiting().size);
  const unproved = sum(({ tally }) => tally.outcomes.unproved.versions);
  if (wrong > 0) return `${pair}: waiting does not help ${formatCount(wrong)} version${wrong === 1 ? '' : 's'}`;
  if (!links.every(({ arrivals }) => arrivals.isListed())) return `${pair}: time-out before everything was listed`;
  if (sum((arrivals) => arrivals.listed()) === 0) return `${pair}: there is no such version`;
  if (left > 0) return `${pair}: time-out with ${formatCount(left)} left`;
  return unproved > 0 ? `${pair}: ${formatCount(unproved)} cannot be proved` : `${pair}: everything is there`;
}
