import { KEY, type ListedEntry, type ListingPage, STRIDE } from '../model/listing-page.ts';
import { createGate } from './gate.ts';
import { mergeListings } from './merge-listings.ts';

/** One of two places whose objects are held against each other. */
export interface ComparedSide {
  /** Of the stretch, in byte order. A page is only lent. */
  pages(range: { readonly after?: string; readonly upTo?: string }): AsyncIterable<ListingPage>;
}

/** What two copies of one key are. */
export type CopyVerdict =
  | { readonly state: 'same' }
  | { readonly state: 'different'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string };

/** What was found under one key. */
export type KeyOutcome =
  | { readonly kind: 'only-a' | 'only-b'; readonly entry: ListedEntry }
  | { readonly kind: 'different' | 'unknown'; readonly entry: ListedEntry; readonly reason: string };

export interface CompareCounts {
  /** Equal by what the listings say, and by a look or a reading. */
  readonly alike: number;
  readonly looked: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly different: number;
  readonly unknown: number;
}

export interface CompareOptions {
  /** Where keys are cut, in order. */
  readonly cuts: readonly string[];
  /** Stretches at once. */
  readonly ranges: number;
  /** Copies looked at at once. */
  readonly concurrency: number;
  /** Of two copies with the same size that the listings do not prove equal. */
  readonly lookAt: (a: ListedEntry, b: ListedEntry) => Promise<CopyVerdict>;
  readonly onOutcome: (outcome: KeyOutcome) => void;
  readonly onListed: (count: number) => void;
  /** A stretch is finished, with so many entries of both sides together. */
  readonly onStretch: (count: number) => void;
}

/** Walks two places in lock step, key by key: sizes first, then what the listings prove, then a look. */
export async function compareSides(a: ComparedSide, b: ComparedSide, options: CompareOptions): Promise<CompareCounts> {
  const { cuts, onOutcome, onListed, onStretch } = options;
  const counts = { alike: 0, looked: 0, onlyA: 0, onlyB: 0, different: 0, unknown: 0 };
  const gate = createGate(options.concurrency);

  async function lookAtBoth(source: ListedEntry, replica: ListedEntry): Promise<void> {
    const verdict = await gate.run(async () => options.lookAt(source, replica));
    if (verdict.state === 'same') counts.looked += 1;
    else {
      counts[verdict.state] += 1;
      onOutcome({ kind: verdict.state, entry: source, reason: verdict.reason });
    }
  }

  async function walk(after: string | undefined, upTo: string | undefined): Promise<void> {
    const range = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
    let looks: Promise<void>[] = [];
    let listed = 0;
    await mergeListings(a.pages(range), b.pages(range), {
      versions: false,
      storageClass: 'any',
      ...(upTo === undefined ? {} : { upTo }),
      onAlike: () => void (counts.alike += 1),
      onDiffering({ source, replica }) {
        if (source === undefined && replica !== undefined) {
          counts.onlyB += 1;
          onOutcome({ kind: 'only-b', entry: replica });
        } else if (source !== undefined && replica === undefined) {
          counts.onlyA += 1;
          onOutcome({ kind: 'only-a', entry: source });
        } else if (source !== undefined && replica !== undefined) {
          if (source.sizeBytes === replica.sizeBytes) looks.push(lookAtBoth(source, replica));
          else {
            counts.different += 1;
            onOutcome({
              kind: 'different',
              entry: source,
              reason: `${source.sizeBytes} and ${replica.sizeBytes} bytes`,
            });
          }
        }
      },
      async onPage(_, __, count) {
        onListed(count);
        listed += count;
        const begun = looks;
        looks = [];
        await Promise.all(begun); // memory is that of two pages
      },
    });
    await Promise.all(looks);
    onStretch(listed);
  }

  const stretches = [...cuts, undefined].map((upTo, index) => ({ after: cuts[index - 1], upTo }))[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: options.ranges }, async () => {
      for (const { after, upTo } of { [Symbol.iterator]: () => stretches }) await walk(after, upTo);
    }),
  );
  return counts;
}

/** The same pages with keys that begin behind the prefix: two places may keep the same under different ones. */
export async function* withoutPrefix(pages: AsyncIterable<ListingPage>, prefix: string): AsyncGenerator<ListingPage> {
  const length = new TextEncoder().encode(prefix).length;
  for await (const page of pages) {
    for (let index = 0; index < page.count; index += 1) {
      const at = index * STRIDE + KEY;
      page.spans[at] = (page.spans[at] ?? 0) + length;
    }
    yield page;
  }
}
