import type { FindingRecord } from '../model/audit-records.ts';
import type { Remedy } from '../model/finding.ts';
import { formatObject } from '../model/object.ts';
import { formatAmount, formatCount } from '../model/quantity-text.ts';
import type { FoundKind } from './audit-page-tally.ts';
import { formatStamp } from './audit-words.ts';
import { renderBar } from './bar-chart.ts';
import { effectOf } from './effect.ts';
import { escapeHtml, renderTable, withNote } from './html.ts';
import meanings from './meanings.json' with { type: 'json' };
import { explainCommand } from './notice-commands.ts';

const MEANINGS: Readonly<Record<string, { readonly means: string; readonly fix: string }>> = meanings;

/** Said of every finding of one audit, and so of none. */
const OF_ALL: ReadonlySet<string> = new Set(['pair', 'link', 'destinationBucket']);

/** How many findings there are of each code, and the first of each. */
export function renderFindings(kinds: readonly FoundKind[]): string {
  if (kinds.length === 0) return '<section id="findings"><h2>Findings</h2><p>None.</p></section>';
  const most = Math.max(...kinds.map(({ count }) => count));
  const columns = [{ name: 'code' }, { name: 'how many', kind: 'number' }, { name: '', kind: 'chart' }] as const;
  const rows = kinds.map(({ verdict, code, severity, count }) => [
    withNote(`<a href="#${verdict}-${code}">${code}</a>`, `${verdict}, ${severity}`),
    formatCount(count),
    renderBar([{ tone: toneOf(verdict), value: count }], most),
  ]);
  return [
    `<section id="findings"><h2>Findings</h2>${renderTable('Findings by code', columns, rows)}</section>`,
    ...kinds.map((kind) => renderKind(kind)),
  ].join('\n');
}

function toneOf(verdict: FoundKind['verdict']): 'violated' | 'unverifiable' | 'alike' {
  return verdict === 'verified' ? 'alike' : verdict;
}

function renderKind({ verdict, code, severity, count, examples }: FoundKind): string {
  const { means = '', fix = '' } = MEANINGS[code] ?? {};
  const shown =
    examples.length < count
      ? `The first ${formatCount(examples.length)} of ${formatCount(count)}`
      : formatAmount(count, 'finding');
  const said = new Set<string>();
  return [
    `<section class="kind" id="${verdict}-${code}"><h3>${code} <span class="tag ${toneOf(verdict)}">${verdict}</span> <span class="muted">${severity}</span></h3>`,
    `<p>${escapeHtml(means)} ${verdict === 'violated' ? escapeHtml(effectOf(code, severity)) : ''}</p>`,
    `<p><strong>What to do</strong> ${escapeHtml(fix)} <code>${escapeHtml(explainCommand(code))}</code></p>`,
    `<h4>${shown}</h4><ol class="cases">${examples.map((example) => renderCase(example, said)).join('\n')}</ol></section>`,
  ].join('\n');
}

function renderCase(
  { object, replica, lastModifiedAt, basis, proves, evidence, remedy }: FindingRecord,
  said: Set<string>,
): string {
  const facts: readonly (readonly [string, string])[] = [
    ...(replica === undefined ? [] : [['replica in', replica.bucket] as const]),
    ['last modified', formatStamp(lastModifiedAt)],
    ...(basis === undefined ? [] : [['known by', `${basis}${proves === undefined ? '' : ` (${proves})`}`] as const]),
    ...Object.entries(evidence).flatMap(([name, value]): readonly (readonly [string, string])[] =>
      OF_ALL.has(name) ? [] : [[name, String(value)]],
    ),
  ];
  const list = facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<li><p class="object">${escapeHtml(formatObject(object))}</p><dl>${list.join('')}</dl>${renderRemedy(remedy, said)}</li>`;
}

/** What was said of an earlier case is not said again; commands name the object, and are. */
function renderRemedy(remedy: Remedy | undefined, said: Set<string>): string {
  if (remedy === undefined) return '';
  const { who, what, statement, commands } = remedy;
  const parts = [
    `<p>For the ${escapeHtml(who)}: ${escapeHtml(what)}</p>`,
    statement === undefined ? '' : `<pre>${escapeHtml(statement)}</pre>`,
    commands.length === 0 ? '' : `<pre>${commands.map((command) => escapeHtml(command)).join('\n')}</pre>`,
  ];
  const fresh = parts.filter((part) => part !== '' && !said.has(part));
  for (const part of fresh) said.add(part);
  return fresh.join('');
}
