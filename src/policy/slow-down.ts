import type { KmsLoad } from '../model/kms-load.ts';
import { loadsOf, LOW_HEADROOM, worstLoad } from '../model/kms-load.ts';
import { hashOf } from '../model/hash.ts';
import type { Look } from '../model/look.ts';
import { valueOf } from '../model/observation.ts';
import type { PressureFacts } from '../model/pressure-facts.ts';

const MINUTE_MS = 60_000;

/** What happened within it still happens. */
const LATELY_MINUTES = 5;

/** A run of the watch may be late, or fail once. */
const SLOW_FOR_MS = 3 * MINUTE_MS;

/** Least and greatest delay of one reading, and its age at which it is made whatever KMS says. */
const LEAST_DELAY_MS = MINUTE_MS;
const MOST_DELAY_MS = 10 * MINUTE_MS;
const MOST_AGE_MS = 60 * MINUTE_MS;

/** Until when readings that spend KMS requests are put off in the Region; `undefined`: there is no need to. */
export function slowUntil({ region, lookedAt, usage, throttled = [] }: PressureFacts): Date | undefined {
  const sinceMs = lookedAt.getTime() - LATELY_MINUTES * MINUTE_MS;
  const stormy = throttled.some(
    ({ limit, minutes, hidden = [] }) =>
      limit.of === 'kms' &&
      limit.region === region &&
      [...minutes, ...hidden].some(({ at }) => at.getTime() >= sinceMs),
  );
  const used = valueOf(usage);
  const worst: KmsLoad | undefined =
    used === undefined ? undefined : worstLoad(loadsOf(used, { until: lookedAt, minutes: LATELY_MINUTES }));
  const low = worst !== undefined && worst.load >= LOW_HEADROOM;
  return stormy || low ? new Date(lookedAt.getTime() + SLOW_FOR_MS) : undefined;
}

/** Whether a look is one that can wait: a first reading of bytes whose key is asked for once more by every read. */
export function canWait({ reach, purpose, spendsKms }: Look): boolean {
  return reach === 'content' && purpose === 'first' && spendsKms === true;
}

/**
 * The look at a later time, spread so that those of one storm do not come back together; `undefined`: it is made now. Nothing waits
 * longer than an hour in all.
 */
export function postponed(look: Look, slow: Date | undefined, now: Date): Look | undefined {
  if (slow === undefined || slow <= now || !canWait(look)) return undefined;
  const { object, eventAt } = look.event;
  const latestMs = eventAt.getTime() + MOST_AGE_MS;
  if (now.getTime() >= latestMs) return undefined;
  const spread = hashOf(JSON.stringify([object.key, object.versionId, now.getTime()]));
  const delayMs = LEAST_DELAY_MS + (spread % (MOST_DELAY_MS - LEAST_DELAY_MS));
  return { ...look, dueAt: new Date(Math.min(latestMs, now.getTime() + delayMs)) };
}
