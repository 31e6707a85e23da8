import uPlot from 'uplot';
import type { LinkView, Sample } from '../view.ts';
import { element, find, show, table } from './elements.ts';
import { countOf, formatBytes, formatCount, formatDuration, formatTime } from './format.ts';

/** As many as the server keeps of each link. */
const KEPT = 720;

const HEIGHT = 220;

/** Lines differ by colour and by dashes; more links than this repeat them. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4], [4, 4]];

/** How many rows the table beside the chart has. */
const ROWS = 12;

type Measure = 'versions' | 'bytes' | 'oldest';

const MEASURES: Readonly<Record<Measure, { readonly column: 1 | 2 | 3; readonly format: (value: number) => string }>> =
  {
    versions: { column: 1, format: formatCount },
    bytes: { column: 2, format: formatBytes },
    oldest: { column: 3, format: formatDuration },
  };

export interface RiskSection {
  replace(samples: Readonly<Record<string, readonly Sample[]>>): void;
  add(id: string, sample: Sample): void;
  draw(links: readonly LinkView[], now: Date): void;
}

/** Data at risk over time: a chart, and the same as a table. */
export function createRiskSection(section: Element): RiskSection {
  const body = find('.body', HTMLDivElement, section);
  const figure = element('div', { class: 'chart', role: 'img' });
  const legend = element('ul', { class: 'legend' });
  const rows = element('div', {});
  const details = element('details', {}, element('summary', {}, 'The same as a table'), rows);
  const samples = new Map<string, Sample[]>();
  let last: { readonly links: readonly LinkView[]; readonly now: Date } | undefined;
  let chart: { readonly plot: uPlot; readonly made: string } | undefined;

  const measure = (): Measure => {
    const value = find('input[name=measure]:checked', HTMLInputElement, section).value;
    return value === 'bytes' || value === 'oldest' ? value : 'versions';
  };

  function draw(links: readonly LinkView[], now: Date): void {
    last = { links, now };
    const { column, format } = MEASURES[measure()];
    const of = links.map((link) => samples.get(link.id) ?? []);
    const times = [...new Set(of.flatMap((each) => each.map(([atMs]) => atMs)))].toSorted((a, b) => a - b);
    if (times.length < 2 || of.every((each) => each.every((sample) => sample[column] === null))) {
      chart?.plot.destroy();
      chart = undefined;
      show(body, element('p', { class: 'empty' }, emptyText(times.length, links.length)));
      return;
    }
    if (!body.contains(figure)) body.replaceChildren(figure, legend, details);
    const byTime = of.map((each) => new Map(each.map((sample) => [sample[0], sample[column]])));
    const series = byTime.map((values) => times.map((time) => values.get(time) ?? null));
    const data: uPlot.AlignedData = [times.map((time) => time / 1_000), ...series];
    const made = JSON.stringify([links.map(({ id }) => id), measure(), colours(), figure.clientWidth]);
    if (chart?.made === made) chart.plot.setData(data);
    else {
      chart?.plot.destroy();
      chart = { plot: new uPlot(optionsFor(links, format, figure.clientWidth), data, figure), made };
    }
    const names = links.map(({ source, destination }) => `${source.bucket} → ${destination.bucket}`);
    const said = series.map((values, index) => {
      const known = values.filter((value) => value !== null);
      const lastValue = values.at(-1);
      return `${names[index] ?? ''}: ${lastValue === null || lastValue === undefined ? 'unknown' : format(lastValue)} now, at most ${format(Math.max(0, ...known))}`;
    });
    figure.setAttribute(
      'aria-label',
      `${measure()} at risk over ${formatDuration((times.at(-1) ?? 0) - (times[0] ?? 0))}. ${said.join('. ')}`,
    );
    show(legend, ...said.map((text, index) => element('li', {}, swatch(index), text)));
    if (details.open) drawRows(names, { times, series, format, now });
  }

  function drawRows(names: readonly string[], { times, series, format, now }: Drawn): void {
    const step = Math.max(1, Math.ceil(times.length / ROWS));
    const chosen = times.map((_, index) => index).filter((index) => (times.length - 1 - index) % step === 0);
    show(
      rows,
      table(
        `Data at risk, newest first, ${countOf(chosen.length, 'moment')}`,
        ['Time', ...names],
        chosen.toReversed().map((index) => [
          formatTime(new Date(times[index] ?? 0), now),
          ...series.map((values) => {
            const value = values[index];
            return value === null || value === undefined ? 'unknown' : format(value);
          }),
        ]),
      ),
    );
  }

  const again = (): void => {
    if (last !== undefined) draw(last.links, last.now);
  };
  find('fieldset', HTMLFieldSetElement, section).addEventListener('change', again);
  details.addEventListener('toggle', again);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  new ResizeObserver(again).observe(body);

  return {
    replace(all) {
      samples.clear();
      for (const [id, each] of Object.entries(all)) samples.set(id, each.slice(-KEPT));
    },
    add(id, sample) {
      const kept = samples.get(id) ?? [];
      if ((kept.at(-1)?.[0] ?? 0) < sample[0]) kept.push(sample);
      if (kept.length > KEPT) kept.shift();
      samples.set(id, kept);
    },
    draw,
  };
}

interface Drawn {
  readonly times: readonly number[];
  readonly series: readonly (readonly (number | null)[])[];
  readonly format: (value: number) => string;
  readonly now: Date;
}

function emptyText(times: number, links: number): string {
  if (links === 0) return 'No pair has a destination.';
  return times < 2
    ? 'Drawn from the second look on: the console itself keeps the last two hours.'
    : 'Unknown: no stack has left a checkpoint of the last three minutes.';
}

/** The colours of style and scheme: a canvas knows nothing of CSS. */
function colours(): readonly string[] {
  const style = getComputedStyle(document.documentElement);
  return ['--muted', '--line', ...DASHES.map((_, index) => `--series-${index}`)].map((name) =>
    style.getPropertyValue(name).trim(),
  );
}

function swatch(index: number): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 28 8');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  const dash = DASHES[index % DASHES.length] ?? [];
  for (const [name, value] of Object.entries({
    x1: '0',
    x2: '28',
    y1: '4',
    y2: '4',
    'stroke-dasharray': dash.join(' '),
  }))
    line.setAttribute(name, value);
  line.setAttribute('class', `series-${index % DASHES.length}`);
  svg.append(line);
  return svg;
}

function optionsFor(links: readonly LinkView[], format: (value: number) => string, width: number): uPlot.Options {
  const [muted = '', grid = '', ...lines] = colours();
  const axis = { stroke: muted, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  return {
    width: Math.max(200, width),
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, values: (_plot, splits) => splits.map((at) => clockTime(at, splits)) },
      {
        ...axis,
        size: 72,
        values: (_plot, splits) => splits.map((value) => (Number.isInteger(value) ? format(value) : '')),
      },
    ],
    series: [
      {},
      ...links.map(({ id }, index) => ({
        label: id,
        stroke: lines[index % lines.length] ?? muted,
        width: 2,
        dash: [...(DASHES[index % DASHES.length] ?? [])],
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}

/** With seconds where minutes would say the same twice. */
function clockTime(atSeconds: number, all: readonly number[]): string {
  const step = (all[1] ?? 0) - (all[0] ?? 0);
  return new Date(atSeconds * 1_000).toLocaleTimeString('en-GB').slice(0, step < 60 ? 8 : 5);
}
