import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** Given up after so many milliseconds. */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/**
 * Asks again and again until there is an answer that is not `undefined`. An attempt that throws counts as no answer yet; the
 * last error is the one that is told.
 */
export async function eventually<T>(ask: () => Promise<T | undefined>, patience: Patience = {}): Promise<T> {
  const { timeoutMs = 8_000, intervalMs = 100 } = patience;
  const deadline = Date.now() + timeoutMs;
  let last: unknown = new Error('no answer');
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) throw new Error(`nothing came within ${timeoutMs} ms`, { cause: last });
    await sleep(intervalMs);
  }
}
