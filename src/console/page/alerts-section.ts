import type { AlertEvent } from '../../model/alert.ts';
import { renderAlert } from './alert-entry.ts';
import { element, find } from './elements.ts';
import { countOf } from './format.ts';
import { type AlertGroup, groupAlerts, isWanted } from './select-alerts.ts';

/** As many as the server keeps. */
const KEPT = 2_000;

/** How many are drawn at first, and how many more at a time: what nobody reads is not drawn. */
const PAGE = 50;

export interface AlertsSection {
  /** `fresh`: whatever was known is replaced. Answers what is new. */
  add(alerts: readonly AlertEvent[], fresh: boolean): readonly AlertEvent[];
  all(): readonly AlertEvent[];
  offerPairs(pairs: readonly string[]): void;
  /** Draws what is wanted; entries that are there already stay, open and focused as they are. */
  draw(now: Date): void;
  /** Whether some of them cannot be read: then none is not no alert. */
  doubt(partly: boolean): void;
}

export function createAlertsSection(section: Element, bucketsOf: (pair: string) => ReadonlySet<string>): AlertsSection {
  const list = find('ol', HTMLOListElement, section);
  const form = find('form', HTMLFormElement, section);
  const more = find('button.more', HTMLButtonElement, section);
  const count = find('.count', HTMLParagraphElement, section);
  const select = find('select', HTMLSelectElement, section);
  const search = find('input[type=search]', HTMLInputElement, section);
  const known = new Map<string, AlertEvent>();
  const drawn = new Map<string, { readonly entry: HTMLLIElement; readonly key: string }>();
  let groups: readonly AlertGroup[] = [];
  let shown = PAGE;
  let isPartial = false;

  function draw(now: Date): void {
    const checked = [...form.querySelectorAll<HTMLInputElement>('input[name=severity]:checked')];
    const filter = {
      severities: new Set(checked.map(({ value }) => value)),
      pair: select.value,
      text: search.value,
    };
    const wanted = groups.filter((group) => isWanted(group, filter, bucketsOf));
    const visible = wanted.slice(0, shown);
    const causes = new Set(visible.map(({ latest }) => latest.data.fingerprint));
    for (const [cause, { entry }] of drawn) {
      if (causes.has(cause)) continue;
      entry.remove();
      drawn.delete(cause);
    }
    let at: Element | null = list.firstElementChild;
    for (const group of visible) {
      const entry = entryOf(group, now);
      if (entry === at) at = at.nextElementSibling;
      else list.insertBefore(entry, at); // what is there already moves only where its place has changed
    }
    more.hidden = wanted.length <= visible.length;
    count.textContent =
      groups.length === 0
        ? isPartial
          ? 'Unknown: alerts cannot be read everywhere.'
          : 'No alert in the last 24 hours.'
        : wanted.length === 0
          ? `None of ${countOf(groups.length, 'alert')} matches the filter.`
          : `${countOf(wanted.length, 'alert')} of ${groups.length}, newest first`;
  }

  function entryOf(group: AlertGroup, now: Date): HTMLLIElement {
    const { latest, times } = group;
    const key = `${latest.time} ${times}`;
    const before = drawn.get(latest.data.fingerprint);
    if (before?.key === key) return before.entry;
    const entry = renderAlert(group, now);
    if (before !== undefined) {
      const wasOpen = before.entry.querySelector('details')?.open === true;
      find('details', HTMLDetailsElement, entry).open = wasOpen;
      before.entry.replaceWith(entry);
    }
    drawn.set(latest.data.fingerprint, { entry, key });
    return entry;
  }

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => {
    shown = PAGE;
    draw(new Date());
  });
  more.addEventListener('click', () => {
    const first = shown;
    shown += PAGE;
    draw(new Date());
    list.children[first]?.querySelector('summary')?.focus(); // reading goes on where the list ended
  });

  return {
    add(alerts, fresh) {
      if (fresh) known.clear();
      const news = alerts.filter((alert) => !known.has(`${alert.time} ${alert.id}`));
      for (const alert of news) known.set(`${alert.time} ${alert.id}`, alert);
      for (const name of known.keys()) {
        if (known.size <= KEPT) break;
        known.delete(name);
      }
      groups = groupAlerts(known.values());
      return news;
    },
    all: () => [...known.values()],
    offerPairs(pairs) {
      const chosen = select.value;
      const options = pairs.map((pair) => element('option', { value: pair }, pair));
      select.replaceChildren(element('option', { value: '' }, 'all'), ...options);
      select.value = pairs.includes(chosen) ? chosen : '';
    },
    draw,
    doubt(partly) {
      isPartial = partly;
    },
  };
}
