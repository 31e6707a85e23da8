import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { throttleOf } from '../../model/throttle.ts';
import type { Call } from '../../ports.ts';
import { toFailure } from './translate-error.ts';

/** Longest waits before the second, third … attempt, in milliseconds: five seconds at most, well within any function's time. */
const WAITS_MS: readonly number[] = [200, 500, 1_300, 3_000];

/**
 * Sends again what a topic or queue with a KMS key refused because KMS throttles. The SDK does not: to it these are mistakes of
 * ours, and alerts would be lost exactly in the storm that they are about.
 */
export async function patiently<T>(
  send: () => Promise<T>,
  { signal, waitsMs = WAITS_MS }: Call & { readonly waitsMs?: readonly number[] },
): Promise<T> {
  for (const mostMs of waitsMs) {
    try {
      return await send();
    } catch (error) {
      if (throttleOf(toFailure(error)) !== 'kms') throw error;
      await sleep(randomInt(Math.ceil(mostMs / 2), mostMs + 1), undefined, { signal });
    }
  }
  return send();
}
