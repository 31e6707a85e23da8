import type { SandboxClock } from '../service.ts';

export type Dimensions = Readonly<Record<string, string>>;

export interface MetricName {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

/** What was measured: one value, or the summary of several. */
export interface Measurement extends MetricName {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number | Statistics;
  readonly unit?: string;
}

export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** All that was measured within one minute, or within several. */
export interface Period extends Statistics {
  /** Epoch milliseconds. */
  readonly startMs: number;
}

export interface Series extends MetricName {
  readonly unit?: string;
}

/** All metrics of all Regions, in minutes. Remembers three days, and so many series at most; the oldest go first. */
export interface MetricStore {
  put(measurement: Measurement): void;
  /** Those of a Region, in the order in which each was first seen. */
  list(region: string): readonly Series[];
  /** Minutes that begin within the time, oldest first; minutes without a measurement are left out. */
  minutes(metric: MetricName, fromMs: number, untilMs: number): readonly Period[];
}

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 3 * 24 * 60;
const MOST_SERIES = 5000;

export function createMetricStore({ now }: Pick<SandboxClock, 'now'>): MetricStore {
  const series = new Map<string, Series & { readonly minutes: Map<number, Statistics> }>();

  return {
    put({ at, value, unit, ...metric }) {
      const id = idOf(metric);
      const kept = series.get(id) ?? { ...metric, ...(unit === undefined ? {} : { unit }), minutes: new Map() };
      series.set(id, kept);
      const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
      kept.minutes.set(minute, merge(kept.minutes.get(minute), toStatistics(value)));
      prune(kept.minutes, now() - MINUTES_KEPT * MINUTE_MS);
      const [oldest] = series.keys();
      if (series.size > MOST_SERIES && oldest !== undefined) series.delete(oldest);
    },
    list: (region) => [...series.values()].filter((kept) => kept.region === region),
    minutes(metric, fromMs, untilMs) {
      const found = [...(series.get(idOf(metric))?.minutes ?? [])];
      return found
        .filter(([startMs]) => startMs >= fromMs && startMs < untilMs)
        .toSorted(([a], [b]) => a - b)
        .map(([startMs, statistics]) => ({ startMs, ...statistics }));
    },
  };
}

export function merge(known: Statistics | undefined, added: Statistics): Statistics {
  if (known === undefined) return added;
  return {
    count: known.count + added.count,
    sum: known.sum + added.sum,
    min: Math.min(known.min, added.min),
    max: Math.max(known.max, added.max),
  };
}

function toStatistics(value: number | Statistics): Statistics {
  return typeof value === 'number' ? { count: 1, sum: value, min: value, max: value } : value;
}

/** Minutes come nearly in order: the first are the oldest. */
function prune(minutes: Map<number, Statistics>, beforeMs: number): void {
  for (const startMs of minutes.keys()) {
    if (startMs >= beforeMs) return;
    minutes.delete(startMs);
  }
}

function idOf({ region, namespace, name, dimensions }: MetricName): string {
  const sorted = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([region, namespace, name, sorted]);
}
