import { hashOf } from '../model/hash.ts';
import { type Link, linkId } from '../model/link.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import type { Call, Listings } from '../ports.ts';
import { type ClassVolume, type ContentPrices, countContent, type PricedSide, priceContent } from './quote-content.ts';
import { contentLines, type QuoteLine, toLine } from './quote-lines.ts';
import type { AuditPlan, Shard } from './records.ts';
import { priceOf } from './spend.ts';

/** What an audit would take, before it runs. */
export interface Quote {
  readonly kind: 'quote';
  readonly asOf: string;
  /** At the source, of all links. */
  readonly versions: number;
  readonly bytes: number;
  /** Whether all shards were counted; otherwise it follows from a random choice of them. */
  readonly counted: 'all' | 'sample';
  readonly shards: { readonly counted: number; readonly all: number };
  readonly lines: readonly QuoteLine[];
  readonly dollars: number;
  /** What reading would cost either way; absent: nothing is read. */
  readonly content?: ContentPrices;
  /** For 1,000 versions that the listings do not show alike: two looks at each. */
  readonly perThousandDifferences: number;
}

/** Requests of the two looks at one difference: HEADs of both sides and of the current versions, tags, ACLs and lock. */
const LOOK_REQUESTS = 2 * 8;

/** Pages of one link that are listed for a quote at most, which cost a fiftieth of a cent. */
const MOST_PAGES = 2_000;

export interface QuoteInquiry {
  readonly plan: AuditPlan;
  readonly links: readonly Link[];
  /** Requests that the plan itself took. */
  readonly planned: number;
  /** Where it would run; absent: outside of AWS. */
  readonly here?: string;
  /** Whether reading an object of this bucket asks KMS for a key; absent: nobody may know. */
  readonly spendsKms: (bucket: string) => boolean | undefined;
}

/** Counts the source of each link, shard by shard in a random order, until all are counted or that is enough for a sample. */
export async function quoteAudit(inquiry: QuoteInquiry, listings: Listings, call: Call): Promise<Quote> {
  const { plan, links, planned, here } = inquiry;
  const lines: QuoteLine[] = [];
  const sides: PricedSide[] = [];
  const sum = { versions: 0, bytes: 0, counted: 0 };
  for (const link of links) {
    const shards = plan.shards.filter((shard) => shard.link === linkId(link));
    const found = await countLink({ link, shards, plan }, listings, call);
    sum.versions += found.versions;
    sum.bytes += found.bytes;
    sum.counted += found.counted;
    for (const { bucket, region } of [link.source, link.destination]) {
      lines.push(
        toLine(`list ${bucket}`, region, { count: found.pages, unit: 'requests', each: priceOf('list', region) }),
      );
      if (found.content.size === 0) continue;
      const kms = inquiry.spendsKms(bucket) !== false;
      const side = { bucket, region, volumes: found.content, kms, ...(here === undefined ? {} : { here }) };
      sides.push(side);
      lines.push(...contentLines(side, plan.question.by));
    }
  }
  const [first] = links;
  const region = first?.source.region ?? '';
  lines.push(toLine('cut into shards', region, { count: planned, unit: 'requests', each: priceOf('list', region) }));
  return {
    kind: 'quote',
    asOf: PRICES_AS_OF,
    versions: sum.versions,
    bytes: sum.bytes,
    counted: sum.counted === plan.shards.length ? 'all' : 'sample',
    shards: { counted: sum.counted, all: plan.shards.length },
    lines,
    dollars: lines.reduce((total, { dollars }) => total + dollars, 0),
    ...(sides.length === 0 ? {} : { content: priceContent(sides) }),
    perThousandDifferences: 1_000 * LOOK_REQUESTS * priceOf('look', region),
  };
}

interface Counted {
  readonly versions: number;
  readonly bytes: number;
  /** Requests that listing it takes. */
  readonly pages: number;
  /** Shards. */
  readonly counted: number;
  /** What of it is to be read, by storage class. */
  readonly content: ReadonlyMap<string, ClassVolume>;
}

async function countLink(
  {
    link,
    shards,
    plan: { question },
  }: { readonly link: Link; readonly shards: readonly Shard[]; readonly plan: AuditPlan },
  listings: Listings,
  call: Call,
): Promise<Counted> {
  const { bucket, region } = link.source;
  const sum = { versions: 0, bytes: 0, pages: 0, counted: 0 };
  const content = countContent(question.content, [bucket, link.destination.bucket]);
  // The same shards in each quote, and no stretch of keys before another.
  const order = shards.toSorted((a, b) => hashOf(`${a.shard}`) - hashOf(`${b.shard}`));
  for (const { after, upTo } of order) {
    if (sum.pages >= MOST_PAGES) break;
    const range = { bucket, region, prefix: question.prefix, versions: question.versions };
    const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
    for await (const page of listings.pages({ ...range, ...bounds }, call)) {
      sum.pages += 1;
      sum.versions += page.count;
      content.add(page);
      for (let index = 0; index < page.count; index += 1) sum.bytes += page.sizes[index] ?? 0;
    }
    sum.counted += 1;
  }
  const times = sum.counted === 0 ? 0 : shards.length / sum.counted;
  return {
    versions: Math.round(sum.versions * times),
    bytes: Math.round(sum.bytes * times),
    pages: Math.round(sum.pages * times),
    counted: sum.counted,
    content: content.volumes(times),
  };
}
