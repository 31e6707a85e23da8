import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeListings, type MergeOptions } from '../../src/audit/merge-listings.ts';
import { toPage } from '../../src/model/build-listing-page.ts';
import { entryAt, type ListedEntry, type ListingPage } from '../../src/model/listing-page.ts';
import { compareKeys } from '../../src/model/version-order.ts';

const LETTERS = ['a', 'b', '+', '%', ' ', '/', 'é', '～', '😀'] as const;

const version = fc.record({
  key: fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 2 }),
  versionId: fc.constantFrom('1', '2', '3', '4'),
  kind: fc.constantFrom('object', 'object', 'object', 'marker'),
  etag: fc.constantFrom('x', 'x', 'y', ''),
  sizeBytes: fc.constantFrom(1, 1, 2),
  storageClass: fc.constantFrom('STANDARD', 'STANDARD', 'GLACIER_IR'),
});

/** Each key and version ID once, keys in order, versions of a key as they come. */
const listing = fc
  .uniqueArray(version, { selector: ({ key, versionId }) => `${versionId} ${key}`, maxLength: 40 })
  .map((all) => all.toSorted((a, b) => compareKeys(a.key, b.key)).map((each) => toEntry(each)));

function toEntry({ kind, ...given }: typeof version extends fc.Arbitrary<infer T> ? T : never): ListedEntry {
  const common = { isLatest: true, lastModifiedAt: new Date(0) };
  if (kind === 'object') return { ...given, ...common };
  return { ...given, ...common, deleteMarker: true, etag: '', sizeBytes: 0 };
}

async function* inPages(entries: readonly ListedEntry[], size: number): AsyncGenerator<ListingPage> {
  for (let from = 0; from < entries.length; from += size) {
    const page = toPage(entries.slice(from, from + size));
    yield page;
    page.bytes.fill(0xff); // it was only lent
    page.spans.fill(7);
  }
  yield toPage([]);
}

interface Merged {
  readonly alike: readonly string[];
  readonly differing: readonly string[];
}

async function merge(
  [sources, replicas]: readonly (readonly ListedEntry[])[],
  sizes: readonly [number, number],
  options: Partial<MergeOptions> = {},
): Promise<Merged> {
  const alike: string[] = [];
  const differing: string[] = [];
  await mergeListings(inPages(sources ?? [], sizes[0]), inPages(replicas ?? [], sizes[1]), {
    versions: true,
    storageClass: 'same',
    onPage: () => undefined,
    onAlike: ({ page, index }) => void alike.push(nameOf(entryAt(page, index))),
    onDiffering: (pair) => void differing.push(describePair(pair)),
    ...options,
  });
  return { alike: alike.toSorted(), differing: differing.toSorted() };
}

function nameOf({ key, versionId }: ListedEntry): string {
  return `${versionId ?? ''} ${key}`;
}

function describePair({ source, replica }: { source?: ListedEntry; replica?: ListedEntry }): string {
  return JSON.stringify([source && nameOf(source), replica && nameOf(replica)]);
}

/** The same by two sets. */
function expected(
  [sources = [], replicas = []]: readonly (readonly ListedEntry[])[],
  isAlike: (a: ListedEntry, b: ListedEntry) => boolean,
): Merged {
  const there = new Map(replicas.map((entry) => [nameOf(entry), entry]));
  const here = new Set(sources.map((entry) => nameOf(entry)));
  const alike: string[] = [];
  const differing: string[] = [];
  for (const source of sources) {
    const replica = there.get(nameOf(source));
    if (replica !== undefined && isAlike(source, replica)) alike.push(nameOf(source));
    else differing.push(describePair(replica === undefined ? { source } : { source, replica }));
  }
  for (const replica of replicas) if (!here.has(nameOf(replica))) differing.push(describePair({ replica }));
  return { alike: alike.toSorted(), differing: differing.toSorted() };
}

function alikeBy(sameClass: (a: ListedEntry, b: ListedEntry) => boolean) {
  return (a: ListedEntry, b: ListedEntry): boolean => {
    if (a.deleteMarker === true || b.deleteMarker === true) return a.deleteMarker === b.deleteMarker;
    return a.etag !== '' && a.etag === b.etag && a.sizeBytes === b.sizeBytes && sameClass(a, b);
  };
}

const pageSize = fc.integer({ min: 1, max: 7 });

describe('mergeListings', () => {
  it('says of every version of two listings once whether both show it alike', async () => {
    await fc.assert(
      fc.asyncProperty(listing, listing, pageSize, pageSize, async (sources, replicas, here, there) => {
        const merged = await merge([sources, replicas], [here, there]);
        expect(merged).toEqual(
          expected(
            [sources, replicas],
            alikeBy((a, b) => a.storageClass === b.storageClass),
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('finds what is left when a listing changes a little', async () => {
    const change = fc.tuple(listing, fc.array(fc.nat()), fc.array(fc.nat()));
    await fc.assert(
      fc.asyncProperty(change, pageSize, pageSize, async ([sources, lost, damaged], here, there) => {
        const replicas = sources
          .map((entry, index) => (damaged.includes(index) ? { ...entry, sizeBytes: entry.sizeBytes + 1 } : entry))
          .filter((_, index) => !lost.includes(index));
        const merged = await merge([sources, replicas], [here, there], { storageClass: 'any' });
        expect(merged).toEqual(
          expected(
            [sources, replicas],
            alikeBy(() => true),
          ),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('walks shards that together are the whole', async () => {
    const bounds = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 2 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(listing, listing, bounds, async (sources, replicas, cuts) => {
        const sorted = cuts.toSorted(compareKeys);
        const parts: Merged[] = [];
        for (const [index, upTo] of [...sorted, undefined].entries()) {
          const after = sorted[index - 1];
          const from = (all: readonly ListedEntry[]) =>
            after === undefined ? all : all.filter(({ key }) => compareKeys(key, after) > 0);
          const bound = upTo === undefined ? {} : { upTo };
          parts.push(await merge([from(sources), from(replicas)], [3, 2], bound));
        }
        const whole = await merge([sources, replicas], [5, 4]);
        expect(parts.flatMap(({ alike }) => alike).toSorted()).toEqual(whole.alike);
        expect(parts.flatMap(({ differing }) => differing).toSorted()).toEqual(whole.differing);
      }),
      { numRuns: 200 },
    );
  });
});

describe('mergeListings with a filter', () => {
  const entry = (key: string, at = 0): ListedEntry => ({
    key,
    isLatest: true,
    sizeBytes: 1,
    etag: 'x',
    storageClass: 'STANDARD',
    lastModifiedAt: new Date(at),
  });

  it.each([
    ['leaves out a prefix on both sides', { leaveOut: 'b' }, [' a']],
    ['leaves out what is older', { since: new Date(1_000) }, [' bx']],
  ] as const)('%s', async (_, filter, expectedAlike) => {
    const sources = [entry('a'), entry('bx', 2_000), entry('c', 2_000)];
    const replicas = [entry('a'), entry('bx', 2_000), entry('by')];
    const merged = await merge([sources, replicas], [2, 2], { versions: false, ...filter });
    expect(merged).toEqual({ alike: expectedAlike, differing: ['[" c",null]'] });
  });

  it.each([
    ['the source', [entry('b'), entry('a')], [entry('a')]],
    ['the destination', [entry('a')], [entry('a'), entry('～'), entry('😀'), entry('é')]],
    ['the destination', [entry('a')], [entry('a'), entry('a')]],
  ])('refuses a listing of %s that is not in order', async (name, sources, replicas) => {
    await expect(merge([sources, replicas], [1, 3], { versions: false })).rejects.toThrow(
      `expected the keys of ${name} in the order`,
    );
  });

  it('closes both listings when a page ends the walk', async () => {
    let closed = 0;
    async function* endless(): AsyncGenerator<ListingPage> {
      try {
        for (;;) yield toPage([entry('a')]);
      } finally {
        closed += 1;
      }
    }
    const onPage = (): void => {
      throw new Error('enough');
    };
    const options = {
      versions: true,
      storageClass: 'any',
      onPage,
      onAlike: () => undefined,
      onDiffering: () => undefined,
    };
    await expect(mergeListings(endless(), endless(), options)).rejects.toThrow('enough');
    expect(closed).toBe(2);
  });
});
