import type { AuditPlan, AuditSummary } from '../model/audit-records.ts';
import { formatAmount, formatBytes, formatCount, formatDollars, formatDuration } from '../model/quantity-text.ts';
import { countChanging, countMeant, formatStamp, sayContent, sayStop } from './audit-words.ts';
import { type Piece, renderBar, renderSwatch } from './bar-chart.ts';
import { escapeHtml, renderFigures, renderTable, withNote } from './html.ts';

/** What it has come to, in a sentence or two: the first thing that is read. */
export function renderVerdict(summary: AuditSummary): string {
  const { verdicts, complete, shards, source, replica } = summary;
  const unfinished = complete
    ? ''
    : `<p class="verdict bad">✗ Not finished: ${formatCount(shards.done)} of ${formatAmount(shards.all, 'shard')} audited; ${sayStop(summary)}. What follows is about those.</p>`;
  return `${verdictOf(verdicts, source.versions + replica.versions)}${unfinished}`;
}

function verdictOf({ violated, unverifiable }: AuditSummary['verdicts'], listed: number): string {
  const unjudged = unverifiable === 0 ? '' : `; ${formatAmount(unverifiable, 'finding')} could not be judged`;
  if (violated > 0) {
    return `<p class="verdict bad">✗ ${formatAmount(violated, 'violation')} among ${formatAmount(listed, 'copy').replace('copys', 'copies')}${unjudged}</p>`;
  }
  if (listed === 0) return '<p class="verdict bad">? Nothing was listed, so nothing is proved</p>';
  if (unverifiable > 0) return `<p class="verdict bad">? Nothing is violated${unjudged}</p>`;
  return '<p class="verdict good">✓ Nothing is violated, and everything that was compared could be judged</p>';
}

/** The numbers that are asked for first. */
export function renderAuditFigures(summary: AuditSummary): string {
  const { source, replica, verdicts, alike, proved, read, dollars } = summary;
  return renderFigures([
    [
      'Listed',
      formatCount(source.versions),
      `at the source, ${formatBytes(source.bytes)}; ${formatCount(replica.versions)} at the destination`,
    ],
    ['Violated', formatCount(verdicts.violated), 'findings: something is not as it should be'],
    ['Not judged', formatCount(verdicts.unverifiable), 'findings: the evidence was out of reach'],
    ['Recorded', formatCount(alike + proved), 'versions whose records on both sides agree'],
    ['Stored', formatCount(read.versions), `copies read to the last byte, ${formatBytes(read.bytes)}`],
    ['Cost', formatDollars(dollars), 'by list prices, for all requests'],
  ]);
}

/** What was asked: without it no number means anything. */
export function renderQuestion({ question, links, startedAt, shards }: AuditPlan, { endedAt }: AuditSummary): string {
  const { pair, prefix, since, versions, gapMs, graceMs } = question;
  const rows: readonly (readonly [string, string])[] = [
    ['Pair', pair],
    ...links.map(({ source, destination }): readonly [string, string] => [
      'Buckets',
      `${source.bucket} in ${source.region} → ${destination.bucket} in ${destination.region}`,
    ]),
    ['Keys', prefix === '' ? 'all' : `those that begin with ${prefix}`],
    ['Versions', versions ? 'all, with delete markers' : 'current objects'],
    ...(since === undefined ? [] : [['Changed', `${formatStamp(since)} or later`] as const]),
    ['Bytes', sayContent(question)],
    ['Differences', `seen twice, at least ${formatDuration(gapMs)} apart`],
    ['Late', graceMs === undefined ? 'older than the last look of the pair' : `older than ${formatDuration(graceMs)}`],
    ['Time', `${formatStamp(startedAt)} to ${formatStamp(endedAt)}, in ${formatAmount(shards.length, 'shard')}`],
  ];
  const table = renderTable(
    'What was asked',
    [{ name: 'what' }, { name: 'asked for' }],
    rows.map(([name, text]) => [name, escapeHtml(text)]),
  );
  return `<section id="asked"><h2>What was asked</h2>${table}</section>`;
}

/** What became of what was listed: one bar, and the same as a table. */
export function renderOutcomes({ alike, proved, waiting, expected, verdicts }: AuditSummary): string {
  const changing = countChanging(expected);
  const rows: readonly (readonly [Piece, string, string])[] = [
    [{ tone: 'alike', value: alike }, 'alike', 'Both listings show the same size, ETag and storage class.'],
    [
      { tone: 'proved', value: proved },
      'the same when looked at',
      'The listings differ, and a look at both sides shows that nothing is wrong.',
    ],
    [{ tone: 'waiting', value: waiting }, 'on their way', 'Written lately, not yet late.'],
    [
      { tone: 'expected', value: countMeant(expected) },
      'different as meant',
      'By rules, lifecycle or deletion: the reasons are below.',
    ],
    [
      { tone: 'violated', value: verdicts.violated },
      'violated',
      'Something is not as it should be. A version can have several findings.',
    ],
    [
      { tone: 'unverifiable', value: verdicts.unverifiable },
      'not judged',
      'The evidence was out of reach: nothing is said against it.',
    ],
    ...(changing === 0
      ? []
      : [[{ tone: 'unverifiable', value: changing }, 'changing', 'Showed something else in each look.'] as const]),
  ];
  const pieces = rows.map(([piece]) => piece);
  const table = renderTable(
    'Outcomes',
    [{ name: 'outcome' }, { name: 'how many', kind: 'number' }],
    rows.map(([{ tone, value }, name, means]) => [withNote(renderSwatch(tone, name), means), formatCount(value)]),
  );
  return `<section id="outcomes"><h2>Outcomes</h2>${renderBar(pieces, 0, 24)}${table}</section>`;
}
