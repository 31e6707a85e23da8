import {
  formatReachedLimits,
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

/** Counts by the minute, and lists what is counted for whoever watches. */
export function createThrottleCount({
  counters,
  notes,
  clock,
}: Pick<Ports, 'counters' | 'notes' | 'clock'>): ThrottleCount {
  const listedMs = new Map<string, number>();
  return async (limit, call) => {
    if (limit === undefined) return;
    const now = clock.now();
    const name = throttleCounter(limit);
    const window = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
    await counters.add(name, window, 1, call);
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
