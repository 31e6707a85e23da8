import { advance } from './control.ts';
import type { Stage } from './stage.ts';

/** Observers look this often, in milliseconds of the sandbox. */
export const ROUND_MS = 10_000;

/** Most real time that functions get for what fell due in one step: a busy machine must not change the story. */
const MOST_TURN_MS = 5_000;

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

async function turn({ cloud }: Stage): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, MOST_TURN_MS)));
  await Promise.race([cloud.idle(), enough]);
  clearTimeout(timer);
}
