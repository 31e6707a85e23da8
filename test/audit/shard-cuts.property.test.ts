import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentPlan } from '../../src/model/audit-records.ts';
import { type Cut, joinCuts, loadOf, splitStretch } from '../../src/audit/shard-cuts.ts';
import { toPage } from '../../src/model/build-listing-page.ts';
import { linkId } from '../../src/model/link.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import type { Listings } from '../../src/ports.ts';
import { LINK } from '../support/replicas.ts';
import { QUESTION } from './fake-pair.ts';

const LETTERS = ['a', 'b', '+', '%', ' ', '/', 'é', '～', '😀'] as const;
const name = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 4 });
const never: ContentPlan = { mode: 'never' };
const call = { signal: new AbortController().signal };

const cuts = fc
  .record({
    texts: fc.uniqueArray(name, { maxLength: 12 }),
    versions: fc.array(fc.constantFrom(0, 1, 15_000, 400_000, 3_000_000), { minLength: 13, maxLength: 13 }),
  })
  .map(({ texts, versions }): readonly Cut[] => {
    const sorted = texts.toSorted(compareKeys);
    return [...sorted, undefined].map((upTo, index) => {
      const after = sorted[index - 1];
      const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
      return { link: 'orders', ...bounds, versions: versions[index] ?? 0, bytes: 0 };
    });
  });

function sumOf(all: readonly Cut[]): number {
  return all.reduce((sum, { versions }) => sum + versions, 0);
}

describe('stretches of an earlier run', () => {
  it('are joined without a gap, and none that was well filled grows', () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 40 }), (given, wanted) => {
        const joined = joinCuts(given, never, wanted);
        expect(sumOf(joined)).toBe(sumOf(given));
        expect([joined[0]?.after, joined.at(-1)?.upTo]).toEqual([given[0]?.after, given.at(-1)?.upTo]);
        expect(joined.slice(1).map(({ after }) => after)).toEqual(joined.slice(0, -1).map(({ upTo }) => upTo));
        expect(joined.filter((cut) => !given.includes(cut) && loadOf(cut, never) > 1)).toEqual([]);
      }),
    );
  });

  it('of two links are never joined', () => {
    const one = { link: 'a', versions: 1, bytes: 0 };
    expect(joinCuts([one, { ...one, link: 'b' }], never, 1)).toHaveLength(2);
  });

  it.each([
    [{ mode: 'never' }, 1],
    [{ mode: 'all' }, 10],
    [{ mode: 'sample', share: 0.5, seed: '' }, 5],
    [{ mode: 'age', everyMs: 4, periodMs: 1, turn: 0 }, 2.5],
    [
      {
        mode: 'age',
        everyMs: 4,
        periodMs: 1,
        turn: 0,
        rules: [
          { bucket: 'b', prefix: '', everyMs: 2 },
          { bucket: 'b', prefix: 'x' },
        ],
      },
      5,
    ],
    [{ mode: 'age', everyMs: 1, periodMs: 4, turn: 0 }, 10],
  ] satisfies readonly (readonly [ContentPlan, number])[])('are as heavy as what is read: %j', (content, load) => {
    expect(loadOf({ versions: 500_000, bytes: 100e9 }, content)).toBeCloseTo(load, 9);
  });

  it('are split at texts within them, so that each key is in one piece', async () => {
    const keys = fc.uniqueArray(name, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(keys, fc.option(name), fc.option(name), async (given, from, to) => {
        const [after, upTo] = [from ?? undefined, to ?? undefined];
        fc.pre(after === undefined || upTo === undefined || compareKeys(after, upTo) < 0);
        const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
        const means = { question: QUESTION, listings: listingsOf(given), call };
        const pieces = await splitStretch({ link: linkId(LINK), ...bounds }, LINK, means);
        expect([pieces[0]?.after, pieces.at(-1)?.upTo]).toEqual([after, upTo]);
        const inner = pieces.slice(1).map((piece) => piece.after ?? '');
        expect(inner).toEqual(pieces.slice(0, -1).map((piece) => piece.upTo));
        const texts = [...(after === undefined ? [] : [after]), ...inner, ...(upTo === undefined ? [] : [upTo])];
        expect(texts).toEqual([...new Set(texts)].toSorted(compareKeys));
      }),
      { numRuns: 60 },
    );
  });
});

function listingsOf(given: readonly string[]): Listings {
  const sorted = given.toSorted(compareKeys);
  return {
    async *pages({ after = '', pageSize = 3 }) {
      const wanted = sorted.filter((key) => compareKeys(key, after) > 0);
      for (let from = 0; from < wanted.length; from += pageSize) {
        const page = wanted.slice(from, from + pageSize).map((key) => ({ ...ENTRY, key }));
        yield toPage(page);
      }
    },
  };
}

const ENTRY = { isLatest: true, sizeBytes: 1, etag: '', storageClass: 'STANDARD', lastModifiedAt: new Date(0) };
