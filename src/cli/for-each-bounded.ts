export interface Bound {
  /** How many run at once, at least 1. */
  readonly concurrency: number;
}

/**
 * Runs a task for each of many, at most so many at once, and holds no more than these. The first error ends it: nothing new is
 * begun, what runs is waited for, and the error is thrown.
 */
export async function forEachBounded<T>(
  all: AsyncIterable<T>,
  { concurrency }: Bound,
  run: (one: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  try {
    for await (const one of all) {
      if (errors.length > 0) break;
      const task: Promise<void> = run(one)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => running.delete(task));
      running.add(task);
      if (running.size >= concurrency) await Promise.race(running);
    }
  } finally {
    await Promise.all(running); // also where the many end with an error of their own
  }
  if (errors.length > 0) throw errors[0];
}
