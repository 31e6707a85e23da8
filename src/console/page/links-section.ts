import type { LagPercentiles } from '../../model/measurements.ts';
import type { LinkView } from '../view.ts';
import { element, show, table } from './elements.ts';
import { countOf, formatBytes, formatCount, formatDuration, formatTime } from './format.ts';

const STATES: Readonly<Record<LinkView['state'], readonly [mark: string, word: string, level: string]>> = {
  settled: ['●', 'settled', 'calm'],
  'on-its-way': ['▸', 'on its way', 'calm'],
  overdue: ['▲', 'overdue', 'critical'],
  failed: ['▲', 'failed', 'critical'],
  unknown: ['○', 'unknown', 'unknown'],
};

const HEADINGS = ['Link', 'State', 'Would be lost now', 'Oldest pending', 'Lag, half / 99 %', 'Known up to'];

/** A word with a mark: colour alone tells nobody who does not see it. */
export function badge([mark, word, level]: readonly [string, string, string]): HTMLElement {
  return element(
    'span',
    { class: 'badge', 'data-level': level },
    element('span', { 'aria-hidden': 'true' }, mark),
    ` ${word}`,
  );
}

export function showLinks(section: Element, links: readonly LinkView[], now: Date): void {
  if (links.length === 0) {
    show(section, element('p', { class: 'empty' }, 'No pair has a destination.'));
    return;
  }
  const notes = links.flatMap((link) => notesOf(link));
  show(
    section,
    table(
      'Links of the pairs',
      HEADINGS,
      links.map((link) => toRow(link, now)),
    ),
    ...(notes.length === 0 ? [] : [element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note)))]),
  );
}

function toRow(link: LinkView, now: Date): readonly (Node | string | readonly (Node | string)[])[] {
  const { source, destination, state, atRisk, backlog, lag, s3Lag, pair } = link;
  const oldest = backlog?.oldestMs;
  return [
    [
      element('span', { class: 'name' }, `${source.bucket} → ${destination.bucket}`),
      element('small', {}, `${pair} · ${source.region} → ${destination.region}`),
    ],
    badge(STATES[state]),
    lossOf(atRisk, backlog),
    oldest === undefined ? (backlog === undefined ? 'unknown' : '–') : formatDuration(oldest),
    lag === undefined && s3Lag === undefined
      ? 'not measured'
      : [
          ...(lag === undefined ? [] : [percentilesOf(lag)]),
          ...(s3Lag === undefined ? [] : [element('small', {}, `S3: ${percentilesOf(s3Lag)}`)]),
        ],
    knownUpTo(link, now),
  ];
}

function lossOf(atRisk: LinkView['atRisk'], backlog: LinkView['backlog']): readonly (Node | string)[] {
  if (atRisk === undefined) {
    if (backlog === undefined) return ['unknown'];
    return ['unknown', element('small', {}, `S3 counts ${countOf(backlog.versions, 'version')}`)];
  }
  const { versions, bytes, tail } = atRisk;
  const listed = versions === 0 ? 'nothing' : countOf(versions, 'version');
  const size = versions === 0 ? [] : [formatBytes(bytes)];
  const more =
    tail === undefined || tail.versions === 0 ? [] : [`+ about ${formatCount(tail.versions)} not listed yet`];
  const small = [...size, ...more].join(' ');
  return small === '' ? [listed] : [listed, element('small', {}, small)];
}

function percentilesOf({ p50Ms, p99Ms }: LagPercentiles): string {
  return `${formatDuration(p50Ms)} / ${formatDuration(p99Ms)}`;
}

function knownUpTo({ atRisk, checkpointAgeMs }: LinkView, now: Date): readonly (Node | string)[] {
  if (atRisk === undefined) {
    if (checkpointAgeMs === undefined) return ['no checkpoint'];
    return ['unknown', element('small', {}, `last checkpoint ${formatDuration(checkpointAgeMs)} ago`)];
  }
  const at = new Date(atRisk.completeUpTo);
  return [formatTime(at, now), element('small', {}, `${formatDuration(now.getTime() - at.getTime())} ago`)];
}

function notesOf({ source, destination, notes, bulk, failed }: LinkView): readonly string[] {
  const name = `${source.bucket} → ${destination.bucket}`;
  return [
    ...(failed === undefined || failed === 0
      ? []
      : [`${name}: S3 gave up ${countOf(failed, 'operation')} in the last hour`]),
    ...(bulk ? [`${name}: too many are pending, so they are counted and not looked at one by one`] : []),
    ...notes.map((note) => `${name}: ${note}`),
  ];
}
