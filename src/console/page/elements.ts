type Child = Node | string;

/** An element with its attributes and children. Text stays text: nothing here is ever parsed as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** The element that index.html promises. */
export function find<T extends Element>(selector: string, type: new () => T, within: ParentNode = document): T {
  const found = within.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`expected ${selector} in the page, found none`);
}

/** Replaces the children only where they look different: what a person reads or has focused stays where it is. */
export function show(parent: Element, ...children: readonly Child[]): void {
  const fresh = element('div', {}, ...children);
  const same =
    parent.childNodes.length === fresh.childNodes.length &&
    [...fresh.childNodes].every((child, index) => parent.childNodes[index]?.isEqualNode(child));
  if (!same) parent.replaceChildren(...fresh.childNodes);
}

/** A table that a screen reader still takes for one when CSS lays its rows out as cards. */
export function table(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly (Child | readonly Child[])[])[],
): HTMLTableElement {
  const head = headings.map((heading) => element('th', { scope: 'col', role: 'columnheader' }, heading));
  const body = rows.map((cells) =>
    element(
      'tr',
      { role: 'row' },
      ...cells.map((cell, column) => {
        const children: readonly Child[] = typeof cell === 'string' || cell instanceof Node ? [cell] : cell;
        const label = { 'data-label': headings[column] ?? '' };
        return column === 0
          ? element('th', { scope: 'row', role: 'rowheader', ...label }, ...children)
          : element('td', { role: 'cell', ...label }, ...children);
      }),
    ),
  );
  return element(
    'table',
    { role: 'table' },
    element('caption', {}, caption),
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)),
    element('tbody', { role: 'rowgroup' }, ...body),
  );
}
