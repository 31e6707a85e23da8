import type { AuditPlan, Shard } from '../model/audit-records.ts';
import { formatCount } from '../model/quantity-text.ts';
import type { Stretch } from './audit-page-tally.ts';
import { renderBar } from './bar-chart.ts';
import { shown } from './cut.ts';
import { escapeHtml, renderTable } from './html.ts';

/** Rows of a chart. */
const MOST_FOLDERS = 12;
const MOST_STRETCHES = 24;

/** Longest text of a key in a chart, in characters. */
const LONGEST = 80;

const CHART = { name: '', kind: 'chart' } as const;

/** In which folders violations are. */
export function renderFolders(folders: ReadonlyMap<string, number>): string {
  const sorted = [...folders].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const [[, most] = ['', 0]] = sorted;
  if (sorted.length === 0) return '';
  const rows = sorted
    .slice(0, MOST_FOLDERS)
    .map(([folder, count]) => [
      folder === '' ? 'keys in no folder' : escapeHtml(shown(folder, LONGEST)),
      formatCount(count),
      renderBar([{ tone: 'violated', value: count }], most),
    ]);
  const rest = sorted.length - rows.length;
  const more = rest > 0 ? `<p class="muted">And in ${formatCount(rest)} more.</p>` : '';
  const columns = [{ name: 'folder' }, { name: 'violations', kind: 'number' }, CHART] as const;
  return `<section id="folders"><h2>Where violations are</h2>${renderTable('Violations by folder', columns, rows)}${more}</section>`;
}

/** How well each stretch of keys is proved; neighbours are taken together where there are many. */
export function renderStretches({ shards, links }: AuditPlan, stretches: ReadonlyMap<number, Stretch>): string {
  if (shards.length < 2) return '';
  const size = Math.ceil(shards.length / MOST_STRETCHES);
  const groups = links.flatMap(({ link }) =>
    chunks(
      shards.filter((shard) => shard.link === link),
      size,
    ),
  );
  const sums = groups.map((group) => ({
    group,
    sum: sumOf(group.flatMap(({ shard }) => stretches.get(shard) ?? [])),
    missing: group.filter(({ shard }) => !stretches.has(shard)).length,
  }));
  const most = Math.max(1, ...sums.map(({ sum }) => wholeOf(sum)));
  const rows = sums.map(({ group, sum, missing }) => [
    sayKeys(group, links.length > 1),
    formatCount(sum.versions),
    formatCount(sum.read),
    formatCount(sum.findings),
    `${renderBar(
      [
        { tone: 'alike', value: sum.alike },
        { tone: 'proved', value: sum.proved },
        { tone: 'waiting', value: sum.waiting },
        { tone: 'expected', value: sum.expected },
        { tone: 'violated', value: sum.findings },
      ],
      most,
    )}${missing === 0 ? '' : `<span class="bad">${missing} of ${group.length} not audited</span>`}`,
  ]);
  const columns = [
    { name: 'keys' },
    { name: 'versions', kind: 'number' },
    { name: 'read', kind: 'number' },
    { name: 'findings', kind: 'number' },
    CHART,
  ] as const;
  return `<section id="stretches"><h2>Stretches of keys</h2><p class="muted">In the order of keys. Colours are those of the outcomes; findings of both verdicts are one colour here.</p>${renderTable('Outcomes by stretch of keys', columns, rows)}</section>`;
}

function chunks(shards: readonly Shard[], size: number): readonly (readonly Shard[])[] {
  return Array.from({ length: Math.ceil(shards.length / size) }, (_, index) =>
    shards.slice(index * size, (index + 1) * size),
  );
}

type Sums = Omit<Stretch, 'shard'>;

const NOTHING: Sums = { versions: 0, alike: 0, proved: 0, waiting: 0, expected: 0, findings: 0, read: 0 };

function sumOf(stretches: readonly Stretch[]): Sums {
  return stretches.reduce<Sums>(
    (sum, each) => ({
      versions: sum.versions + each.versions,
      alike: sum.alike + each.alike,
      proved: sum.proved + each.proved,
      waiting: sum.waiting + each.waiting,
      expected: sum.expected + each.expected,
      findings: sum.findings + each.findings,
      read: sum.read + each.read,
    }),
    NOTHING,
  );
}

function wholeOf({ alike, proved, waiting, expected, findings }: Sums): number {
  return alike + proved + waiting + expected + findings;
}

function sayKeys(group: readonly Shard[], hasLinks: boolean): string {
  const [first, last] = [group[0], group.at(-1)];
  const from = first?.after === undefined ? 'the first key' : `after ${escapeHtml(shown(first.after, LONGEST))}`;
  const to = last?.upTo === undefined ? 'the last key' : escapeHtml(shown(last.upTo, LONGEST));
  const link = hasLinks ? `<span class="muted">${escapeHtml(first?.link ?? '')}</span> ` : '';
  return `${link}${from} to ${to}`;
}
