import type { AlertEvent } from '../model/alert.ts';
import { toSample } from './sample.ts';
import type { ConsoleEvent, LinkView, Sample } from './view.ts';

/** How many alerts are kept: older ones are read with other tools. */
export const KEPT_ALERTS = 2_000;

/** How many samples are kept of each link: two hours of one every ten seconds. */
export const KEPT_SAMPLES = 720;

/** An event under the number by which a page that comes back says how far it had heard. */
export interface NumberedEvent {
  /** `<run>-<number>`: the number grows, and means nothing to another run. */
  readonly id: string;
  readonly event: ConsoleEvent;
}

/** What is known now, and whoever listens to what becomes known. Everything in it is bounded. */
export interface Feed {
  publish(event: Exclude<ConsoleEvent, { kind: 'alerts' | 'history' }>): void;
  /** Adds alerts that are not known yet; the same one again under the same time is none. */
  addAlerts(alerts: readonly AlertEvent[]): void;
  /** Everything that somebody must be told who heard up to this id; absent: nothing yet. */
  since(lastId: string | undefined): readonly NumberedEvent[];
  /** Hears of everything from now on, until the answer is called. */
  listen(hear: (numbered: NumberedEvent) => void): () => void;
}

interface KeptAlert {
  readonly number: number;
  readonly alert: AlertEvent;
}

/** `run` is unique to this process: numbers of another one are not ours. */
export function createFeed(run: string): Feed {
  let number = 0;
  let forgotten = 0; // highest number of an alert that is not kept any more
  const states = new Map<ConsoleEvent['kind'], { readonly number: number; readonly event: ConsoleEvent }>();
  const samples = new Map<string, Sample[]>();
  const known = new Map<string, KeptAlert>();
  const listeners = new Set<(numbered: NumberedEvent) => void>();

  const numbered = (event: ConsoleEvent, at: number = number): NumberedEvent => ({ id: `${run}-${at}`, event });
  const tell = (event: ConsoleEvent): void => {
    for (const hear of listeners) hear(numbered(event));
  };

  function numberOf(lastId: string | undefined): number | undefined {
    const [, of, text] = /^(.+)-(\d+)$/.exec(lastId ?? '') ?? [];
    return of === run ? Number(text) : undefined;
  }

  return {
    publish(event) {
      number += 1;
      if (event.kind === 'links') keepSamples(samples, event);
      states.set(event.kind, { number, event });
      tell(event);
    },
    addAlerts(alerts) {
      const fresh = alerts.filter((alert) => !known.has(nameOf(alert)));
      if (fresh.length === 0) return;
      number += 1;
      for (const alert of fresh) known.set(nameOf(alert), { number, alert });
      for (const [name, kept] of known) {
        if (known.size <= KEPT_ALERTS) break;
        known.delete(name);
        forgotten = kept.number;
      }
      tell({ kind: 'alerts', fresh: false, alerts: fresh.slice(-KEPT_ALERTS) });
    },
    since(lastId) {
      const heard = numberOf(lastId);
      const resumes = heard !== undefined && heard >= forgotten;
      const missed = [...known.values()].filter((kept) => !resumes || kept.number > heard);
      const news: ConsoleEvent[] = [...states.values()]
        .filter((state) => !resumes || state.number > heard)
        .map(({ event }) => event);
      news.push({ kind: 'history', samples: Object.fromEntries(samples) });
      if (missed.length > 0 || !resumes) {
        news.push({ kind: 'alerts', fresh: !resumes, alerts: missed.map(({ alert }) => alert) });
      }
      return news.map((event) => numbered(event));
    },
    listen(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };
}

/** What was published again has the same id and another time. */
function nameOf({ id, time }: AlertEvent): string {
  return `${time} ${id}`;
}

function keepSamples(
  samples: Map<string, Sample[]>,
  { at, links }: { readonly at: string; readonly links: readonly LinkView[] },
): void {
  const ids = new Set(links.map(({ id }) => id));
  for (const id of samples.keys()) if (!ids.has(id)) samples.delete(id);
  for (const link of links) {
    const kept = samples.get(link.id) ?? [];
    kept.push(toSample(at, link));
    if (kept.length > KEPT_SAMPLES) kept.shift();
    samples.set(link.id, kept);
  }
}
