import type { AccessPointView, RouteChangeView, RouteView } from '../view.ts';
import { element, show, table } from './elements.ts';
import { formatDuration, formatTime } from './format.ts';
import { badge } from './links-section.ts';

const HEALTH: Readonly<Record<RouteView['health'], readonly [mark: string, word: string, level: string]>> = {
  healthy: ['●', 'healthy', 'calm'],
  impaired: ['◆', 'impaired', 'warning'],
  unhealthy: ['▲', 'unhealthy', 'critical'],
  unknown: ['○', 'unknown', 'unknown'],
};

const MODES: Readonly<Record<AccessPointView['mode'], string>> = {
  off: 'nothing is switched, and nobody is told to',
  advise: 'Holdfast advises, a person switches',
  automatic: 'switched automatically when every guard lets it',
};

export function showRoutes(section: Element, accessPoints: readonly AccessPointView[], now: Date): void {
  show(section, ...accessPoints.map((each) => toArticle(each, now)));
}

function toArticle({ name, mode, buckets, advice, freezes, changes, notes }: AccessPointView, now: Date): HTMLElement {
  const rows = buckets.map(({ bucket, region, traffic, health, because }) => [
    [element('span', { class: 'name' }, bucket), element('small', {}, region)],
    traffic,
    [badge(HEALTH[health]), element('small', {}, because)],
  ]);
  const remarks = [
    ...freezes.map(({ reason, until }) => `frozen until ${formatTime(new Date(until), now)}: ${reason}`),
    ...notes,
  ];
  return element(
    'div',
    { class: 'stack' },
    element('h3', {}, name),
    element('p', { class: 'beat' }, MODES[mode]),
    ...(advice === undefined ? [] : [element('p', { class: 'advice', 'data-level': 'critical' }, advice)]),
    table(`Buckets behind ${name}`, ['Bucket', 'Traffic', 'Region'], rows),
    ...(remarks.length === 0
      ? []
      : [element('ul', { class: 'notes' }, ...remarks.map((text) => element('li', {}, text)))]),
    changes.length === 0
      ? element('p', { class: 'empty' }, 'No change of routes is known.')
      : element('ol', { class: 'notes' }, ...changes.map((change) => element('li', {}, describe(change, now)))),
  );
}

function describe({ at, what, by, state, tookMs }: RouteChangeView, now: Date): string {
  const took = tookMs === undefined ? '' : ` after ${formatDuration(tookMs)}`;
  return `${formatTime(new Date(at), now)} ${what}, ${by}: ${state}${took}`;
}
