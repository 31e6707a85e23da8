import { hashOf } from '../model/hash.ts';
import type { Link } from '../model/link.ts';
import type { ListedEntry, ListingPage } from '../model/listing-page.ts';
import type { VersionPair } from '../model/version-order.ts';
import type { Call, Listings } from '../ports.ts';
import { createListingCursor } from './listing-cursor.ts';
import type { AuditedLink } from './look-at-version.ts';
import { type ClassVolume, countContent } from './quote-content.ts';
import type { AuditQuestion, Shard } from '../model/audit-records.ts';
import { walkShard } from './walk-shard.ts';

/** What listing one link, and looking at what its listings do not show alike, would take. */
export interface LinkCount {
  /** At the source. */
  readonly versions: number;
  readonly bytes: number;
  /** Requests that listing each side takes. */
  readonly pages: { readonly source: number; readonly replica: number };
  /** Versions that are looked at, with the requests of one look at each; absent where only one side was counted. */
  readonly looks?: { readonly versions: number; readonly requests: number };
  /** Shards that were counted. */
  readonly counted: number;
  /** What of it is to be read, by storage class. */
  readonly content: ReadonlyMap<string, ClassVolume>;
}

/** What is counted: without the rules of the link only its source. */
export interface LinkToCount {
  readonly link: Link;
  readonly audited?: AuditedLink;
  readonly shards: readonly Shard[];
  readonly question: AuditQuestion;
}

/** Pages of one link that are listed for a quote at most, which cost a fiftieth of a cent a side. */
const MOST_PAGES = 2_000;

/** Counts shard by shard, in a random order, until all are counted or that is enough for a sample. */
export async function countLink(
  { link, audited, shards, question }: LinkToCount,
  means: { readonly listings: Listings; readonly call: Call },
): Promise<LinkCount> {
  const sum = { versions: 0, bytes: 0, counted: 0, looked: 0, requests: 0 };
  const pages = { source: 0, replica: 0 };
  const content = countContent(question.content, [link.source.bucket, link.destination.bucket]);
  /** The last page of a shard goes on behind it. */
  function addSource(page: ListingPage, count: number): void {
    pages.source += 1;
    sum.versions += count;
    content.add({ ...page, count });
    for (let index = 0; index < count; index += 1) sum.bytes += page.sizes[index] ?? 0;
  }
  // The same shards in each quote, and no stretch of keys before another.
  const order = shards.toSorted((a, b) => hashOf(`${a.shard}`) - hashOf(`${b.shard}`));
  for (const shard of order) {
    if (pages.source + pages.replica >= MOST_PAGES) break;
    if (audited === undefined) {
      await walkSource({ link, shard, question }, means, addSource);
    } else {
      await walkShard({ shard, question, audited }, means, {
        onAlike: () => undefined,
        onDiffering(pair, excuse) {
          if (excuse !== undefined) return;
          sum.looked += 1;
          sum.requests += requestsOf(pair, audited);
        },
        onPage(side, page, count) {
          if (side === 'source') addSource(page, count);
          else pages.replica += 1;
        },
      });
    }
    sum.counted += 1;
  }
  const times = sum.counted === 0 ? 0 : shards.length / sum.counted;
  const all = (count: number): number => Math.round(count * times);
  const there = audited === undefined ? pages.source : pages.replica;
  return {
    versions: all(sum.versions),
    bytes: all(sum.bytes),
    pages: { source: all(pages.source), replica: all(there) },
    ...(audited === undefined ? {} : { looks: { versions: all(sum.looked), requests: all(sum.requests) } }),
    counted: sum.counted,
    content: content.volumes(times),
  };
}

async function walkSource(
  { link, shard, question }: Pick<LinkToCount, 'link' | 'question'> & { readonly shard: Shard },
  { listings, call }: { readonly listings: Listings; readonly call: Call },
  onPage: (page: ListingPage, count: number) => void,
): Promise<void> {
  const { bucket, region } = link.source;
  const { prefix, versions } = question;
  const after = shard.after === undefined ? {} : { after: shard.after };
  const upTo = shard.upTo === undefined ? {} : { upTo: shard.upTo };
  const pages = listings.pages({ bucket, region, prefix, versions, ...after, ...upTo }, call);
  const cursor = createListingCursor(pages, { ...upTo, versions, name: 'the source', onPage });
  while (!cursor.ended) {
    cursor.index = cursor.count;
    await cursor.load();
  }
}

/**
 * Requests of one look: HEADs of the version on both sides, then tags and ACLs of both where it is on both, and the current version of
 * the destination where it is not. Two-way pairs ask for the current versions of both sides first; where keys were listed without
 * versions, these are asked for.
 */
function requestsOf({ source, replica }: VersionPair<ListedEntry>, { link, versions }: AuditedLink): number {
  const both = source !== undefined && replica !== undefined && source.deleteMarker !== true;
  return 2 + (both ? 4 : 1) + (link.policy.twoWay ? 1 : 0) + (versions ? 0 : 2);
}
