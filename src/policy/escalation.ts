import { isAtLeast, type Severity } from '../model/action.ts';
import type { AlertState } from '../model/alert-state.ts';

const HOUR_MS = 3_600_000;

/** A warning with a new case so long after its first is not going away by itself. In milliseconds. */
export const GROWS_AFTER_MS: number = 24 * HOUR_MS;

/** So many cases within an hour are no accident of single objects. */
export const FLOOD_CASES = 1_000;

type Grown = Pick<AlertState, 'severity' | 'count' | 'firstAt' | 'lastAt' | 'told'>;

/**
 * How much a cause matters by now: a warning rises to critical with age and growth, and what has risen stays so for its episode.
 * What is `info` never rises: nobody relies on it.
 */
export function escalated({ severity, count, firstAt, lastAt, told }: Grown): Severity {
  if (severity !== 'warning') return severity;
  const spanMs = lastAt.getTime() - firstAt.getTime();
  const isFlood = count >= FLOOD_CASES && spanMs <= HOUR_MS;
  if (isFlood || spanMs >= GROWS_AFTER_MS) return 'critical';
  return told !== undefined && isAtLeast(told.severity, 'critical') ? 'critical' : 'warning';
}
