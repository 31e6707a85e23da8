import type { AuditRunView, AuditView } from '../view.ts';
import { element, show } from './elements.ts';
import { countOf, formatBytes, formatCount, formatDuration, formatShare, formatTime } from './format.ts';
import { badge } from './links-section.ts';

const STATES: Readonly<Record<AuditView['state'], readonly [mark: string, word: string, level: string]>> = {
  proved: ['●', 'proved', 'calm'],
  'under-way': ['▸', 'under way', 'calm'],
  violated: ['▲', 'violated', 'critical'],
  overdue: ['◆', 'overdue', 'warning'],
  'not-judged': ['○', 'not all judged', 'unknown'],
  incomplete: ['◆', 'incomplete', 'warning'],
  empty: ['○', 'nothing was there', 'unknown'],
  refused: ['◆', 'refused', 'warning'],
  failed: ['◆', 'failed', 'warning'],
  silent: ['◆', 'went silent', 'warning'],
  'never-ran': ['○', 'never ran', 'unknown'],
  unknown: ['○', 'unknown', 'unknown'],
};

/** Before anything was looked at. */
export function promiseAudits(section: Element, names: readonly string[]): void {
  const text = names.length === 0 ? 'No audit is made by the clock.' : `${names.join(', ')}: not looked at yet.`;
  show(section, element('p', { class: 'empty' }, text));
}

export function showAudits(section: Element, audits: readonly AuditView[], now: Date): void {
  show(section, ...audits.map((audit) => toArticle(audit, now)));
}

function toArticle(audit: AuditView, now: Date): HTMLElement {
  const { name, pair, schedule, state, running, last, nextAt, overdueSince, unknown } = audit;
  const due = nextAt === undefined ? '' : `, next ${formatTime(new Date(nextAt), now)}`;
  const late = overdueSince === undefined ? [] : [`due since ${formatTime(new Date(overdueSince), now)}`];
  const notes = [...late, ...(unknown === undefined ? [] : [unknown])];
  return element(
    'div',
    { class: 'stack' },
    element('h3', {}, name),
    element('p', { class: 'beat' }, badge(STATES[state])),
    element('small', {}, `pair ${pair}, ${schedule}${due}`),
    ...notes.map((note) => element('p', { class: 'empty' }, note)),
    ...(running === undefined ? [] : describeRunning(running, name)),
    ...(last === undefined ? [] : [describeLast(last, now)]),
  );
}

function describeRunning(run: NonNullable<AuditView['running']>, name: string): readonly HTMLElement[] {
  const { phase, shards, share, perSecond, leftMs } = run;
  const far = [
    `${phase}: ${formatCount(shards.done)} of ${countOf(shards.all, 'shard')}`,
    ...(share === undefined ? [] : [formatShare(share)]),
    ...(leftMs === undefined ? [] : [`about ${formatDuration(leftMs)} left`]),
  ];
  const rate = perSecond === undefined ? '' : `, ${formatCount(Math.round(perSecond))}/s`;
  return [
    element('progress', {
      'aria-label': `Progress of audit ${name}`,
      max: '1',
      ...(share === undefined ? {} : { value: share.toFixed(3) }),
    }),
    element('p', { class: 'beat' }, far.join(', ')),
    element('small', {}, `${volumeOf(run)}${rate}; ${findingsOf(run)} so far`),
  ];
}

function describeLast(run: NonNullable<AuditView['last']>, now: Date): HTMLElement {
  const { outcome, startedAt, tookMs, stopped, reason, root, report, shards } = run;
  const why = [stopped, reason].filter((each) => each !== undefined).join(': ');
  const [, word] = STATES[outcome];
  const rows: readonly (readonly [string, string])[] = [
    ['last run', `${formatTime(new Date(startedAt), now)}, ${word}${why === '' ? '' : ` (${why})`}`],
    ['took', `${formatDuration(tookMs)}, ${formatCount(shards.done)} of ${countOf(shards.all, 'shard')}`],
    ['listed', volumeOf(run)],
    ['found', findingsOf(run)],
    ...(root === undefined ? [] : [['root', root] as const]),
    ...(report === undefined ? [] : [['report', report] as const]),
  ];
  return element('dl', {}, ...rows.flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]));
}

function volumeOf({ versions, bytes, dollars }: AuditRunView): string {
  const price = dollars > 0 && dollars < 0.01 ? 'less than a cent' : `$${dollars.toFixed(2)}`;
  return `${countOf(versions, 'version')} of ${formatBytes(bytes)}, ${price}`;
}

function findingsOf({ findings, violated }: AuditRunView): string {
  return findings === 0 ? 'nothing' : `${countOf(findings, 'finding')}, ${formatCount(violated)} violated`;
}
