import type { Basis } from '../model/finding.ts';
import type { Arrival } from '../policy/arrival.ts';
import type { ListedVersion } from '../ports.ts';

/** Of each outcome so many are named; the rest is counted. */
export const MOST_NAMED = 20;

/** What has become of one version. */
export interface Settled {
  readonly version: ListedVersion;
  readonly arrival: Arrival;
}

export type ArrivalState = Arrival['state'];

/** What one outcome adds up to. */
export interface Outcome {
  versions: number;
  bytes: number;
  readonly reasons: Map<string, number>;
  /** The first of them. */
  readonly named: Settled[];
}

/** Sums of outcomes; nothing in it grows with the number of versions. */
export interface ArrivalTally {
  readonly outcomes: Readonly<Record<Exclude<ArrivalState, 'waiting'>, Outcome>>;
  /** Of what is proved, how many by what; `presence`: delete markers. */
  readonly bases: ReadonlyMap<Basis | 'presence', number>;
  add(version: ListedVersion, arrival: Exclude<Arrival, { state: 'waiting' }>): void;
}

export function createArrivalTally(): ArrivalTally {
  const outcomes = {
    proved: createOutcome(),
    failed: createOutcome(),
    missing: createOutcome(),
    differs: createOutcome(),
    excused: createOutcome(),
    unproved: createOutcome(),
  };
  const bases = new Map<Basis | 'presence', number>();
  return {
    outcomes,
    bases,
    add(version, arrival) {
      const outcome = outcomes[arrival.state];
      if (arrival.state === 'proved') {
        outcome.versions += 1;
        outcome.bytes += version.sizeBytes;
        increment(bases, arrival.basis ?? 'presence');
      } else {
        addTo(outcome, { version, arrival }, arrival.reason);
      }
    },
  };
}

/** The same sums of what is not settled. */
export function sumUp(waiting: Iterable<Settled & { readonly arrival: { readonly reason: string } }>): Outcome {
  const outcome = createOutcome();
  for (const settled of waiting) addTo(outcome, settled, settled.arrival.reason);
  return outcome;
}

function addTo(outcome: Outcome, settled: Settled, reason: string): void {
  outcome.versions += 1;
  outcome.bytes += settled.version.sizeBytes;
  increment(outcome.reasons, reason);
  if (outcome.named.length < MOST_NAMED) outcome.named.push(settled);
}

function createOutcome(): Outcome {
  return { versions: 0, bytes: 0, reasons: new Map(), named: [] };
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
