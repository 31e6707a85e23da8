import type { LaneView, StackView } from '../view.ts';
import { element, show, table } from './elements.ts';
import { formatCount, formatDuration } from './format.ts';
import { badge } from './links-section.ts';

const HEADINGS = ['Lane', 'Waiting', 'At work', 'Delayed', 'Oldest', 'Dead letters'];

export function showStacks(section: Element, stacks: readonly StackView[], now: Date): void {
  show(section, ...stacks.map((stack) => toArticle(stack, now)));
}

function toArticle({ region, alive, heartbeatAt, lanes, unknown }: StackView, now: Date): HTMLElement {
  const heading = element('h3', {}, region);
  const beat = element('p', { class: 'beat' }, lifeOf(alive, heartbeatAt, now));
  if (lanes.length === 0) {
    return element('div', { class: 'stack' }, heading, beat, element('p', { class: 'empty' }, unknown ?? 'no lanes'));
  }
  return element(
    'div',
    { class: 'stack' },
    heading,
    beat,
    table(
      `Lanes in ${region}`,
      HEADINGS,
      lanes.map((lane) => toRow(lane)),
    ),
  );
}

function lifeOf(alive: StackView['alive'], heartbeatAt: string | undefined, now: Date): Node | string {
  const ago =
    heartbeatAt === undefined
      ? ''
      : `, last sign of life ${formatDuration(now.getTime() - Date.parse(heartbeatAt))} ago`;
  switch (alive) {
    case 'yes':
      return badge(['●', `watching${ago}`, 'calm']);
    case 'no':
      return badge(['▲', `silent${ago}`, 'critical']);
    case 'unknown':
      return badge(['○', 'no sign of life known', 'unknown']);
    default:
      return alive satisfies never;
  }
}

function toRow({ lane, waiting, inFlight, delayed, deadLetters, oldestMs }: LaneView): readonly (Node | string)[] {
  return [
    lane,
    lane === 'poison' ? bad(waiting) : formatCount(waiting),
    formatCount(inFlight),
    formatCount(delayed),
    oldestMs === undefined ? '–' : formatDuration(oldestMs),
    lane === 'poison' ? '–' : bad(deadLetters),
  ];
}

/** A number that ought to be zero. */
function bad(count: number): Node | string {
  return count === 0 ? '0' : badge(['▲', formatCount(count), 'critical']);
}
