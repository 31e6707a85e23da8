import { element } from './elements.ts';
import { countOf, formatCount, formatTime } from './format.ts';
import { badge } from './links-section.ts';
import type { AlertGroup } from './select-alerts.ts';

const MARKS = { critical: '▲', warning: '◆', info: '●' } as const;

/** How long a button says that it has copied, in milliseconds. */
const SAID_MS = 2_000;

/** One alert: a line, and behind it everything that is known. */
export function renderAlert(group: AlertGroup, now: Date): HTMLLIElement {
  const { latest } = group;
  const { data } = latest;
  const at = new Date(latest.time);
  const summary = element(
    'summary',
    {},
    badge([MARKS[data.severity], data.severity, data.severity]),
    element('span', { class: 'code' }, data.code),
    element('time', { datetime: latest.time, title: latest.time }, formatTime(at, now)),
    element('span', { class: 'subject' }, latest.subject, ...standing(data)),
  );
  const details = element('details', {}, summary);
  // Drawn when somebody opens it: most are never read.
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(explain(group));
  });
  return element('li', { 'data-severity': data.severity }, details);
}

/** How many cases, and whether it is over, where there is something to say. */
function standing({ count, healed, state }: AlertGroup['latest']['data']): readonly string[] {
  return [
    ...(count > 1 ? [` · ${countOf(count, 'case')}`] : []),
    ...(healed > 0 ? [`, ${formatCount(healed)} healed`] : []),
    ...(state === 'resolved' ? [' · resolved'] : []),
  ];
}

function explain({ latest, firstAt, times }: AlertGroup): HTMLElement {
  const { data } = latest;
  const facts: (readonly [string, string])[] = [
    ['verdict', data.basis === undefined ? data.verdict : `${data.verdict}, by ${data.basis}`],
    ...(data.proves === undefined ? [] : [['proves', PROVES[data.proves]] as const]),
    ...(data.replica === undefined ? [] : [['replica', `${data.replica.bucket} (${data.replica.region})`] as const]),
    ...(data.event === undefined ? [] : [['after', `${data.event.name} at ${data.event.at}`] as const]),
    ...(data.event?.principal === undefined ? [] : [['by', data.event.principal] as const]),
    ...Object.entries(data.evidence).map(([name, value]) => [name, String(value)] as const),
    ...(data.resolution === undefined ? [] : [['resolved', RESOLUTIONS[data.resolution]] as const]),
    ['cases', `${formatCount(data.count)}, ${data.firstAt} to ${data.lastAt}`],
    ...(times === 1 ? [] : [['told', `${countOf(times, 'time')} since ${firstAt}`] as const]),
  ];
  const list = facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return element(
    'div',
    { class: 'evidence' },
    element('dl', {}, ...list),
    ...remedyOf(latest.data.remedy),
    command(data.list),
    command(`holdfast explain ${data.code}`),
  );
}

const RESOLUTIONS = {
  gone: 'its cause is gone',
  quiet: 'no new case came for long; nobody has proved it mended',
  closed: 'a person said so',
} as const;

const PROVES = {
  recorded: 'what was recorded at the upload',
  stored: 'what is stored now: the bytes were read',
} as const;

function remedyOf(remedy: AlertGroup['latest']['data']['remedy']): readonly HTMLElement[] {
  if (remedy === undefined) return [];
  const { who, what, statement, commands } = remedy;
  return [
    element('p', {}, element('strong', {}, `For the ${who}: `), what),
    ...(statement === undefined ? [] : [command(statement)]),
    ...commands.map((text) => command(text)),
  ];
}

/** Text to be taken elsewhere, with a button for it. */
function command(text: string): HTMLElement {
  const button = element('button', { type: 'button', 'aria-label': `Copy: ${text.slice(0, 60)}` }, 'Copy');
  const say = (word: string): void => {
    button.textContent = word;
    setTimeout(() => (button.textContent = 'Copy'), SAID_MS);
  };
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not allowed'),
    );
  });
  return element('div', { class: 'command' }, element('pre', { tabindex: '0' }, element('code', {}, text)), button);
}
