import type { Call, Clock, Pause } from '../ports.ts';

export interface RoundOptions {
  readonly clock: Clock;
  readonly pause: Pause;
  /** Time between the beginnings of two rounds, in milliseconds. */
  readonly everyMs: number;
  readonly rounds: number;
  readonly call: Call;
}

/**
 * Does the same again and again, on time: a round that took too long, or a clock that jumped, costs rounds and shifts none. A round
 * that fails ends nothing: the last error is thrown when all is done. Ends early when the call is given up.
 */
export async function inRounds(
  round: (call: Call) => Promise<void>,
  { clock, pause, everyMs, rounds, call }: RoundOptions,
): Promise<void> {
  const startMs = clock.now().getTime();
  const errors: unknown[] = [];
  for (let next = 0; next < rounds && !call.signal.aborted;) {
    try {
      await round(call);
    } catch (error) {
      errors.push(error);
    }
    const passedMs = clock.now().getTime() - startMs;
    next = Math.max(next + 1, Math.ceil(passedMs / everyMs));
    if (next < rounds) await pause.wait(startMs + next * everyMs - clock.now().getTime(), call);
  }
  if (errors.length > 0) throw errors.at(-1);
}
