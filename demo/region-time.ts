import { advance } from './control.ts';
import type { Stage } from './stage.ts';

/** Observers look this often, in milliseconds of the sandbox. */
export const ROUND_MS = 10_000;

/** Most real time that functions get for what fell due in one step: a busy machine must not change the story. */
const MOST_TURN_MS = 5_000;

/** One thing leads to another: quiet is what stays quiet, look after look, in milliseconds. */
const LOOK_EVERY_MS = 30;
const QUIET_LOOKS = 2;

/** Where time passes, and what goes on in it all the time. */
export interface Life {
  readonly stage: Stage;
  readonly stop: AbortSignal;
  /** Called in every step. */
  goOn(): Promise<void>;
}

/** Lets sandbox time pass, round by round, until it is so; whether it was so in the end. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { stage, stop, goOn }: Life,
  rounds: number,
): Promise<boolean> {
  for (let round = 0; round < rounds && !stop.aborted; round += 1) {
    if (await isSo()) return true;
    await advance(stage, ROUND_MS);
    await goOn();
    await turn(stage);
  }
  return isSo();
}

/** Lets sandbox time pass without watching it, in steps in which everything has its turn. */
export async function pass({ stage, stop, goOn }: Life, ms: number): Promise<void> {
  const steps = Math.ceil(ms / MINUTE_MS);
  for (let step = 0; step < steps && !stop.aborted; step += 1) {
    await advance(stage, ms / steps);
    await goOn();
    await turn(stage);
  }
}

const MINUTE_MS = 60_000;

/** Nothing is at work; a replica that is held back may be on its way for long. */
async function turn({ cloud }: Stage): Promise<void> {
  const deadline = performance.now() + MOST_TURN_MS;
  for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const answer = await fetch(`${cloud.url}/_holdfast/status`);
    const { functions, pending } = (await answer.json()) as Status;
    quiet = pending.events === 0 && functions.every(({ busy }) => busy === 0) ? quiet + 1 : 0;
  }
}

interface Status {
  readonly functions: readonly { readonly busy: number }[];
  readonly pending: { readonly events: number };
}
