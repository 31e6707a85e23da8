import {
  formatReachedLimits,
  hiddenCounter,
  type HiddenRetries,
  type Limit,
  parseReachedLimits,
  REACHED_LIMITS,
  type ReachedLimit,
  throttleCounter,
} from '../model/throttle.ts';
import type { Call, Ports } from '../ports.ts';

const MINUTE_MS = 60_000;

/** How often one instance makes sure that a limit is listed: others write the same note. */
const LISTED_FOR_MS = MINUTE_MS;

/** Longer than anybody asks back, in milliseconds. */
const KEPT_FOR_MS = 3_600_000;

/** A note is no place for every prefix of a bucket with a million. */
const MOST_LISTED = 50;

/** Counts one look that a limit kept from being made; without a limit it does nothing. */
export type ThrottleCount = (limit: Limit | undefined, call: Call) => Promise<void>;

type CountPorts = Pick<Ports, 'counters' | 'notes' | 'clock'>;

/** Counts by the minute, and lists what is counted for whoever watches. */
export function createThrottleCount(ports: CountPorts): ThrottleCount {
  const add = createLimitCount(ports);
  return async (limit, call) => {
    if (limit !== undefined) await add(limit, { counter: throttleCounter(limit), amount: 1 }, call);
  };
}

/** Gathers what clients hear, without waiting, until somebody has time to count it. */
export interface HiddenThrottleCount {
  note(hidden: HiddenRetries): void;
  /** Counts what was noted since the last time. What cannot be counted is lost: it was not harmful by itself. */
  flush(call: Call): Promise<void>;
}

export function createHiddenThrottleCount(ports: CountPorts): HiddenThrottleCount {
  const add = createLimitCount(ports);
  const noted = new Map<string, { readonly limit: Limit; readonly amount: number }>();
  return {
    note({ limit, throttles }) {
      if (limit === undefined || throttles === 0) return;
      const counter = hiddenCounter(limit);
      noted.set(counter, { limit, amount: (noted.get(counter)?.amount ?? 0) + throttles });
    },
    async flush(call) {
      const all = [...noted];
      noted.clear();
      for (const [counter, { limit, amount }] of all) await add(limit, { counter, amount }, call);
    },
  };
}

interface Added {
  readonly counter: string;
  readonly amount: number;
}

function createLimitCount({ counters, notes, clock }: CountPorts) {
  const listedMs = new Map<string, number>();
  return async (limit: Limit, { counter, amount }: Added, call: Call): Promise<void> => {
    const now = clock.now();
    const name = throttleCounter(limit);
    const window = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
    await counters.add(counter, window, amount, call);
    if (now.getTime() - (listedMs.get(name) ?? -Infinity) < LISTED_FOR_MS) return;
    const reached = parseReachedLimits(await notes.get(REACHED_LIMITS, call));
    const list = formatReachedLimits(listed(reached, { limit, seenAt: now }));
    await notes.put(REACHED_LIMITS, list, { signal: call.signal, keepForMs: KEPT_FOR_MS });
    listedMs.set(name, now.getTime());
  };
}

/** The latest first. */
function listed(reached: readonly ReachedLimit[], latest: ReachedLimit): readonly ReachedLimit[] {
  const name = throttleCounter(latest.limit);
  const others = reached.filter(
    ({ limit, seenAt }) => throttleCounter(limit) !== name && latest.seenAt.getTime() - seenAt.getTime() < KEPT_FOR_MS,
  );
  return [latest, ...others].slice(0, MOST_LISTED);
}
