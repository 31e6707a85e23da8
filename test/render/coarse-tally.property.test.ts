import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCoarseTally } from '../../src/render/coarse-tally.ts';

const cutTo = (text: string, level: number): string => text.slice(0, level);

it('counts everything once, by names that are cut alike', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '+', '%', '/', ' ', 'é', '～', '😀'), maxLength: 6 })),
      (texts) => {
        const tally = createCoarseTally(cutTo, 12);
        for (const text of texts) tally.add(text);
        const counts = new Map<string, number>();
        for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
        expect(new Map(tally.counts())).toEqual(counts);
      },
    ),
  );
});

it('takes names together when there are too many, and loses none', () => {
  const tally = createCoarseTally(cutTo, 5);
  for (let index = 0; index < 60_000; index += 1) tally.add(String(10_000 + index));
  const counts = tally.counts();
  expect(counts.size).toBe(600); // of three digits: of four there would be 6,000
  expect([...new Set(counts.values())]).toEqual([100]);
});

it('keeps the coarsest names, however many there are', () => {
  const tally = createCoarseTally((text) => text, 0);
  for (let index = 0; index < 5_000; index += 1) tally.add(String(index));
  expect(tally.counts().size).toBe(5_000);
});
