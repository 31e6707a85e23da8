import { setTimeout as delay } from 'node:timers/promises';

import { AwsError } from './aws-error.ts';
import type { FaultRegister } from './faults.ts';
import { takeDisruption, type Passage } from './reachability.ts';

/** The connection ends without an answer. */
export class ConnectionDropped extends Error {}

/**
 * Lets a request through, or not: throws what an outage answers, and takes the time that a slow Region does. That is the machine's
 * time, in which clients count their time-outs, and not the sandbox's.
 */
export async function passDisruptions(
  faults: FaultRegister,
  passage: Passage,
  /** Resolves when the client has given up. */
  abandoned: () => Promise<void>,
): Promise<void> {
  const slow = faults.take('slow', passage);
  if (slow !== undefined) await delay(slow.delayMs ?? DEFAULT_DELAY_MS, undefined, { ref: false });
  const disruption = takeDisruption(faults, passage);
  if (disruption === undefined) return;
  if (disruption.hang === true) await abandoned();
  if (disruption.drop === true || disruption.hang === true) throw new ConnectionDropped();
  const { status = 503 } = disruption;
  const code = status === 500 ? 'InternalError' : 'ServiceUnavailable';
  throw new AwsError(code, status, `${passage.service ?? 'the service'} in ${passage.region} is out`);
}

const DEFAULT_DELAY_MS = 1000;
