import { pressureNote } from '../model/throttle.ts';
import type { Call, Ports } from '../ports.ts';

/** How long an answer is good for, in milliseconds. */
const REMEMBERED_MS = 10_000;

/** Until when readings that spend KMS requests are put off in this Region; `undefined`: they are not. */
export type SlowUntil = (call: Call) => Promise<Date | undefined>;

/** Asks the notes once in ten seconds and not once for every reading. */
export function createSlowUntil({ notes, clock, region }: Pick<Ports, 'notes' | 'clock' | 'region'>): SlowUntil {
  let known: { readonly slow: Date | undefined; readonly untilMs: number } | undefined;
  return async (call) => {
    const nowMs = clock.now().getTime();
    if (known !== undefined && known.untilMs > nowMs) return known.slow;
    const note = await notes.get(pressureNote(region), call);
    const slow = note === undefined ? undefined : new Date(note);
    known = { slow, untilMs: nowMs + REMEMBERED_MS };
    return slow;
  };
}
