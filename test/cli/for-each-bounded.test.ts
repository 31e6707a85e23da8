import { expect, it } from 'vitest';
import { forEachBounded } from '../../src/cli/for-each-bounded.ts';

async function* upTo(count: number, error?: Error): AsyncGenerator<number> {
  for (let n = 0; n < count; n += 1) yield n;
  if (error !== undefined) throw error;
}

it('waits for what runs where the many end with an error of their own', async () => {
  const done: number[] = [];
  const run = async (n: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done.push(n);
  };
  await expect(forEachBounded(upTo(3, new Error('no more pages')), { concurrency: 8 }, run)).rejects.toThrow('no more');
  expect(done).toEqual([0, 1, 2]);
});

it('begins nothing new after the first error, and throws it', async () => {
  const begun: number[] = [];
  const run = async (n: number): Promise<void> => {
    begun.push(n);
    if (n === 2) throw new Error('second');
  };
  await expect(forEachBounded(upTo(100), { concurrency: 1 }, run)).rejects.toThrow('second');
  expect(begun).toEqual([0, 1, 2]);
});
