import type { AuditPlan, AuditSummary } from '../model/audit-records.ts';
import { CONFIDENCE, excludedShare } from '../model/excluded-share.ts';
import { familyOf } from '../model/finding.ts';
import { formatBytes, formatCount } from '../model/quantity-text.ts';
import { formatShare, sayExpected, sayStop } from './audit-words.ts';
import type { FoundKind } from './audit-page-tally.ts';
import { renderSwatch } from './bar-chart.ts';
import { escapeHtml, renderTable, withNote } from './html.ts';

const STRENGTHS = `<p><strong>Recorded</strong>: what S3 wrote down about both copies when they were written is the same. Bytes that rot at rest change none of it.
<strong>Stored</strong>: the bytes themselves were read, and are what was written down.</p>`;

/** What was proved, and how strongly. */
export function renderProofs(plan: AuditPlan, summary: AuditSummary, kinds: readonly FoundKind[]): string {
  const { alike, proved, read } = summary;
  const rows = [
    [
      withNote(
        renderSwatch('alike', 'recorded: alike in both listings'),
        'versions whose size, ETag and storage class are the same on both sides',
      ),
      formatCount(alike),
    ],
    [
      withNote(
        renderSwatch('proved', 'recorded: the same when looked at'),
        'versions whose stored checksums, metadata, tags, ACLs and locks were asked for on both sides',
      ),
      formatCount(proved),
    ],
    [
      withNote(
        renderSwatch('stored', 'stored: read to the last byte'),
        read.versions === 0
          ? 'no bytes were read'
          : `copies of ${formatBytes(read.bytes)} together, equal to what S3 recorded of them`,
      ),
      formatCount(read.versions),
    ],
  ];
  const columns = [{ name: 'strength' }, { name: 'how many', kind: 'number' }] as const;
  return `<section id="proved"><h2>What was proved, and how strongly</h2>${STRENGTHS}${renderTable('Proofs', columns, rows)}${sayReach(plan, summary, kinds)}</section>`;
}

/** What reading some says of those that were not read. */
function sayReach({ question: { content } }: AuditPlan, { read }: AuditSummary, kinds: readonly FoundKind[]): string {
  const isDamaged = kinds.some(({ verdict, code }) => verdict === 'violated' && familyOf(code) === 'integrity');
  if (content.mode === 'sample' && read.versions > 0 && !isDamaged) {
    const share = formatShare(excludedShare(read.versions, CONFIDENCE), 2);
    return `<p>All copies that were read are intact. With ${CONFIDENCE * 100} % confidence less than ${share} of all copies are damaged.</p>`;
  }
  return '';
}

/** What was not proved, and why: the other half of every report. */
export function renderGaps(plan: AuditPlan, summary: AuditSummary, kinds: readonly FoundKind[]): string {
  const { prefix, since, versions, content } = plan.question;
  const { shards, source, replica, read, waiting, alike, expected } = summary;
  const unread = Math.max(0, source.versions + replica.versions - read.versions);
  const rows: (readonly [string, string, string])[] = [];
  if (shards.done < shards.all) {
    rows.push([
      'shards that were not audited',
      formatCount(shards.all - shards.done),
      `The audit has stopped: ${sayStop(summary)}.`,
    ]);
  }
  for (const { verdict, code, count } of kinds) {
    if (verdict !== 'unverifiable') continue;
    rows.push([
      `<a href="#${verdict}-${code}">${code}</a>`,
      formatCount(count),
      'Could not be judged; the reasons are in the evidence.',
    ]);
  }
  if (waiting > 0) rows.push(['on their way', formatCount(waiting), 'Too young to be late.']);
  for (const [reason, count] of Object.entries(expected)) {
    rows.push([escapeHtml(reason), formatCount(count), sayExpected(reason)]);
  }
  if (unread > 0) {
    const why =
      content.mode === 'never'
        ? 'Nobody asked for their bytes.'
        : 'Not chosen to be read, delete markers, or not readable.';
    rows.push(['copies that were not read', formatCount(unread), `${why} Damage at rest would not be seen there.`]);
  }
  if (alike > 0) {
    rows.push([
      'metadata, tags, ACLs and locks',
      formatCount(alike),
      'Listings do not show them: not compared where both listings are alike.',
    ]);
  }
  if (!versions) rows.push(['noncurrent versions, delete markers', 'all', 'Only current objects were asked for.']);
  if (prefix !== '')
    rows.push(['other keys', 'all', `Only keys that begin with ${escapeHtml(prefix)} were asked for.`]);
  if (since !== undefined)
    rows.push(['older versions', 'all', `Only what was changed at ${escapeHtml(since)} or later was asked for.`]);
  const cells = rows.map(([what, count, why]) => [withNote(what, why), count]);
  const columns = [{ name: 'what, and why' }, { name: 'how many', kind: 'number' }] as const;
  return `<section id="gaps"><h2>What was not proved, and why</h2>${renderTable('Gaps', columns, cells)}</section>`;
}
