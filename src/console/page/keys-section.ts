import type { KmsView } from '../view.ts';
import { element, show } from './elements.ts';
import { formatCount, formatShare } from './format.ts';

/** Share from which headroom is low, as `LOW_HEADROOM` of the model. */
const LOW = 0.6;

const WIDTH = 240;
const HEIGHT = 40;
const SVG = 'http://www.w3.org/2000/svg';

export function showKeys(section: Element, regions: readonly KmsView[]): void {
  if (regions.length === 0) {
    show(section, element('p', { class: 'empty' }, 'No pair names a KMS key: there is nothing to run short of.'));
    return;
  }
  show(section, ...regions.map((view) => toFigure(view)));
}

function toFigure({ region, buckets, quotaPerSecond, minutes, unknown }: KmsView): HTMLElement {
  const last = minutes.at(-1);
  const fullest = minutes.toSorted((a, b) => b.load - a.load)[0];
  const title = element('h3', {}, region);
  const of = element('small', {}, `for ${buckets.join(', ')}`);
  if (last === undefined || fullest === undefined || quotaPerSecond === undefined) {
    const why = unknown ?? 'CloudWatch has published no usage in the last hour';
    return element('figure', {}, title, element('p', { class: 'empty' }, `unknown: ${why}`), of);
  }
  const level = fullest.load >= LOW ? 'critical' : 'calm';
  return element(
    'figure',
    { 'data-level': level },
    title,
    element('p', { class: 'figure' }, `${formatShare(last.load)} used`),
    sparkline(minutes.map(({ load }) => load)),
    element(
      'figcaption',
      {},
      `Of ${formatCount(quotaPerSecond)} requests per second. Fullest minute of the last hour: ${formatShare(fullest.load)}; low from ${formatShare(LOW)}.`,
    ),
    of,
  );
}

/** The hour as a line, with the line from which headroom is low. What it shows is also said in words beside it. */
function sparkline(loads: readonly number[]): SVGElement {
  const top = Math.max(1, ...loads);
  const y = (load: number): number => HEIGHT - 1 - (load / top) * (HEIGHT - 2);
  const x = (index: number): number => (loads.length < 2 ? WIDTH : (index / (loads.length - 1)) * WIDTH);
  const points = loads.map((load, index) => `${x(index).toFixed(1)},${y(load).toFixed(1)}`).join(' ');
  const made = vector('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true', preserveAspectRatio: 'none' });
  made.append(
    vector('line', { class: 'limit', x1: '0', x2: String(WIDTH), y1: y(LOW).toFixed(1), y2: y(LOW).toFixed(1) }),
    vector('polyline', { points: loads.length < 2 ? `0,${y(loads[0] ?? 0)} ${points}` : points }),
  );
  return made;
}

function vector(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  if (made instanceof SVGElement) return made;
  throw new Error(`expected an element of SVG, got ${name}`);
}
