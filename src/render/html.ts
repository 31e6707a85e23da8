import { printable } from '../model/printable.ts';

export interface Page {
  readonly title: string;
  readonly style: string;
  /** HTML of the body. */
  readonly body: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it is shown: what a browser would obey or hide is spelled out. */
export function escapeHtml(text: string): string {
  return printable(text).replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** One file without script, and nothing that is fetched. */
export function renderPage({ title, style, body }: Page): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${style}</style></head>`,
    '<body>',
    ...body.filter((part) => part !== ''),
    '</body></html>',
    '',
  ].join('\n');
}

/** Boxes with a name, a number and a note each: HTML but for the names. */
export function renderFigures(figures: readonly (readonly [name: string, value: string, note: string])[]): string {
  const cells = figures.map(([name, value, note]) => `<div><dt>${name}</dt><dd>${value}</dd><dd>${note}</dd></div>`);
  return `<dl class="figures">${cells.join('')}</dl>`;
}

/** A column; numbers are set to the right. */
export interface Column {
  readonly name: string;
  readonly kind?: 'number' | 'chart';
}

/** A table whose first cell of each row names it; cells are HTML. */
export function renderTable(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = columns.map(({ name, kind }) => `<th scope="col"${toClass(kind)}>${name}</th>`).join('');
  const body = rows.map((cells) => {
    const [first = '', ...rest] = cells;
    const others = rest.map((cell, index) => `<td${toClass(columns[index + 1]?.kind)}>${cell}</td>`);
    return `<tr><th scope="row">${first}</th>${others.join('')}</tr>`;
  });
  return `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table>`;
}

/** A cell with a line of explanation below its name: HTML. */
export function withNote(name: string, note: string): string {
  return `${name}<span class="note">${note}</span>`;
}

function toClass(kind: Column['kind']): string {
  return kind === undefined ? '' : ` class="${kind}"`;
}
