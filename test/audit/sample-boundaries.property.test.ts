import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBoundaries } from '../../src/audit/sample-boundaries.ts';
import { compareKeys } from '../../src/model/version-order.ts';

interface Sampled {
  readonly cuts: readonly string[];
  readonly probes: number;
}

async function sample(keys: readonly string[], wanted: number, prefix = ''): Promise<Sampled> {
  const sorted = keys.toSorted(compareKeys);
  let probes = 0;
  const cuts = await sampleBoundaries({
    prefix,
    wanted,
    mostProbes: 400,
    async firstAfter(after) {
      probes += 1;
      if (!isWhole(after)) throw new URIError('half a character'); // no URL can hold it
      return sorted.find((key) => key.startsWith(prefix) && compareKeys(key, after) > 0);
    },
  });
  return { cuts, probes };
}

/** No half of a character, which no URL can hold. */
function isWhole(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** How many keys are in the largest stretch. */
function largest(keys: readonly string[], cuts: readonly string[]): number {
  const sizes = [...cuts, undefined].map((upTo, index) => {
    const after = cuts[index - 1];
    return keys.filter(
      (key) =>
        (after === undefined || compareKeys(key, after) > 0) && (upTo === undefined || compareKeys(key, upTo) <= 0),
    ).length;
  });
  return Math.max(...sizes);
}

const numbers = Array.from({ length: 2_000 }, (_, index) => String(index).padStart(9, '0'));

describe('sampleBoundaries', () => {
  it.each([
    ['numbers', numbers.map((number) => `object-${number}`)],
    ['folders by day', numbers.map((number, index) => `2026/${String((index % 12) + 1).padStart(2, '0')}/${number}`)],
    [
      'hexadecimal names',
      numbers.map((number) => `${(Number(number) * 2_654_435_761).toString(16).padStart(12, '0')}-x`),
    ],
  ])('cuts %s into stretches of which none is a large part of all', async (_, keys) => {
    const { cuts } = await sample(keys, 32);
    expect(cuts.length).toBeGreaterThan(8);
    expect(largest(keys, cuts)).toBeLessThanOrEqual(keys.length / 5);
  });

  it('cuts keys of any letters in their order, with few requests', async () => {
    const letters = ['a', 'b', '+', '%', ' ', '/', 'é', '～', '😀', '🙂', '0', '1'] as const;
    const key = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 30 }), fc.constantFrom('', 'a', '😀'), async (keys, prefix) => {
        const { cuts, probes } = await sample(keys, 16, prefix);
        expect(cuts).toEqual([...new Set(cuts)].toSorted(compareKeys));
        expect(cuts.every((cut) => isWhole(cut))).toBe(true);
        expect(probes).toBeLessThan(1_500);
      }),
      { numRuns: 100 },
    );
  });

  it('cuts nothing where nothing is, or one stretch is enough', async () => {
    expect(await sample([], 16)).toEqual({ cuts: [], probes: 1 });
    expect((await sample(numbers, 1)).cuts).toEqual([]);
  });
});
