/** How many requests are under way at once. */
const PARALLEL = 20;

/** Asks about each, so many at once, and answers in the order of the values. The first error ends it. */
export async function mapBounded<T, R>(values: readonly T[], ask: (value: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  const waiting = values.entries();
  const work = async (): Promise<void> => {
    for (const [index, value] of waiting) answers[index] = await ask(value);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, values.length) }, work));
  return answers;
}
