import type { AuditPlan, AuditSummary } from '../model/audit-records.ts';
import { oldestProofMs } from '../model/proof-age.ts';
import { formatCount, formatDuration } from '../model/quantity-text.ts';
import type { PageTally } from './audit-page-tally.ts';
import { renderBar } from './bar-chart.ts';
import { shown } from './cut.ts';
import { escapeHtml, renderTable } from './html.ts';

const CHART = { name: '', kind: 'chart' } as const;

/** Longest text of a prefix in a chart, in characters. */
const LONGEST = 80;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Up to which age, in milliseconds, a row goes. */
const AGES = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS, Infinity] as const;

/** By age: what is on its way, and what should have been at the destination. */
export function renderLag(tally: PageTally, { question }: AuditPlan, { waiting, endedAt }: AuditSummary): string {
  const counts = AGES.map(() => 0);
  for (const [time, count] of tally.times()) {
    const ageMs = Date.parse(endedAt) - toMs(time);
    const row = AGES.findIndex((age) => ageMs <= age);
    counts[row] = (counts[row] ?? 0) + count;
  }
  const late = counts.reduce((sum, count) => sum + count, 0);
  if (late + waiting === 0) return '';
  const most = Math.max(waiting, ...counts);
  const grace = question.graceMs === undefined ? '' : `, younger than ${formatDuration(question.graceMs)}`;
  const rows = [
    [`on their way${grace}`, formatCount(waiting), renderBar([{ tone: 'waiting', value: waiting }], most)],
    ...counts.map((count, index) => [
      sayAges(AGES[index - 1] ?? 0, AGES[index] ?? Infinity),
      formatCount(count),
      renderBar([{ tone: 'violated', value: count }], most),
    ]),
  ];
  const columns = [{ name: 'age of the version' }, { name: 'versions', kind: 'number' }, CHART] as const;
  return `<section id="lag"><h2>How old is what the destination does not have</h2>${renderTable('Missing versions by age', columns, rows)}</section>`;
}

/** The beginning of an ISO 8601 time: a year, a month, a day, an hour or a minute. */
function toMs(time: string): number {
  return Date.parse(`${time}${'0000-01-01T00:00'.slice(time.length)}Z`);
}

function sayAges(from: number, to: number): string {
  if (from === 0) return `missing, up to ${formatDuration(to)}`;
  return to === Infinity
    ? `missing, more than ${formatDuration(from)}`
    : `missing, ${formatDuration(from)} to ${formatDuration(to)}`;
}

/** How old a proof of what is stored becomes, by prefix, where bytes are read by age. */
export function renderProofAges({ question: { content } }: AuditPlan): string {
  if (content.mode !== 'age') return '';
  const { rules = [] } = content;
  const ages = [
    { name: rules.length === 0 ? 'all keys' : 'all other keys', ms: oldestProofMs(content) },
    ...rules.map((rule) => ({ name: `s3://${rule.bucket}/${rule.prefix}`, ms: oldestProofMs(content, rule) })),
  ];
  const most = Math.max(...ages.map(({ ms }) => ms));
  const rows = ages.map(({ name, ms }) => [
    escapeHtml(shown(name, LONGEST)),
    formatDuration(ms),
    renderBar([{ tone: 'stored', value: ms }], most),
  ]);
  const columns = [{ name: 'keys that begin with' }, { name: 'at most', kind: 'number' }, CHART] as const;
  const note = `<p class="muted">Where an audit has run in each ${formatDuration(content.periodMs)}; of two copies with different rules the shorter age counts for both.</p>`;
  return `<section id="ages"><h2>Age of proofs of what is stored</h2>${renderTable('Age of proofs by prefix', columns, rows)}${note}</section>`;
}
