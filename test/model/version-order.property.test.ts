import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareKeys, type ListedKey, pairVersions } from '../../src/model/version-order.ts';

const key = fc
  .array(fc.constantFrom('a', 'b', '+', '%', ' ', '/', 'é', '～', '😀', '\u{E000}'), { maxLength: 4 })
  .map((letters) => letters.join(''));
const versionId = fc.constantFrom('null', 'v1', 'v2', 'v3', undefined);

const version = fc.record({ key, versionId }).map((names): ListedKey => ({
  object: { key: names.key, ...(names.versionId === undefined ? {} : { versionId: names.versionId }) },
}));
const idOf = ({ object }: ListedKey): string => JSON.stringify([object.key, object.versionId ?? 'null']);
/** As S3 lists it: keys by bytes, the versions of a key in any order, each once. */
const listing = fc
  .uniqueArray(version, { selector: idOf, maxLength: 30 })
  .map((all) => all.toSorted((a, b) => Buffer.compare(Buffer.from(a.object.key), Buffer.from(b.object.key))));

async function* page<T>(all: readonly T[], closed: { count: number }): AsyncGenerator<T> {
  try {
    yield* all;
  } finally {
    closed.count += 1;
  }
}

describe('the order of keys', () => {
  it('is that of the bytes', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('is not that of JavaScript', () => {
    const [first, second] = ['～', '😀'] as const;
    expect(compareKeys(first, second)).toBeLessThan(0);
    expect([second, first].toSorted()).toEqual([second, first]);
  });
});

describe('two listings in lock step', () => {
  it('yield every version once, and together what is on both sides', async () => {
    await fc.assert(
      fc.asyncProperty(listing, listing, async (sources, replicas) => {
        const closed = { count: 0 };
        const seen: string[] = [];
        for await (const { source, replica } of pairVersions(page(sources, closed), page(replicas, closed))) {
          const left = source === undefined ? '' : `S${idOf(source)}`;
          const right = replica === undefined ? '' : `R${idOf(replica)}`;
          seen.push(left + right);
        }
        const left = new Set(sources.map((one) => idOf(one)));
        const right = new Set(replicas.map((one) => idOf(one)));
        const expected = [...new Set([...left, ...right])].map(
          (id) => (left.has(id) ? `S${id}` : '') + (right.has(id) ? `R${id}` : ''),
        );
        expect(seen.toSorted()).toEqual(expected.toSorted());
        expect(closed.count).toBe(2);
      }),
    );
  });

  it('are left by whoever has seen enough', async () => {
    const closed = { count: 0 };
    const all = [{ object: { key: 'a' } }, { object: { key: 'b' } }];
    for await (const _ of pairVersions(page(all, closed), page(all, closed))) break;
    expect(closed.count).toBe(2);
  });

  it('are taken as far as is needed, key by key', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<ListedKey> {
      for (let index = 0; ; index += 1) {
        taken += 1;
        yield { object: { key: String(index).padStart(9, '0') } };
      }
    }
    let count = 0;
    for await (const { source, replica } of pairVersions(endless(), endless())) {
      expect(source?.object.key).toBe(replica?.object.key);
      count += 1;
      if (count === 1_000) break;
    }
    expect(taken).toBeLessThanOrEqual(2_002);
  });

  it('can be arrays of pages that have nothing to close', async () => {
    const bare = (all: readonly ListedKey[]): AsyncIterable<ListedKey> => ({
      [Symbol.asyncIterator]() {
        let index = 0;
        return { next: async () => ({ done: index >= all.length, value: all[index++]! }) };
      },
    });
    const pairs = [];
    for await (const pair of pairVersions(bare([{ object: { key: 'a' } }]), bare([]))) pairs.push(pair);
    expect(pairs).toEqual([{ source: { object: { key: 'a' } } }]);
  });
});
