import { hashOf } from '../model/hash.ts';
import { type Link, linkId } from '../model/link.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import type { Call, Listings } from '../ports.ts';
import type { AuditPlan, AuditQuestion, Shard } from './records.ts';
import { perGB, priceOf } from './spend.ts';

/** One line of a quote. */
export interface QuoteLine {
  readonly what: string;
  readonly region: string;
  readonly count: number;
  readonly unit: 'requests' | 'GB' | 'calls';
  readonly dollars: number;
}

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
  const sum = { versions: 0, bytes: 0, counted: 0 };
  for (const link of links) {
    const shards = plan.shards.filter((shard) => shard.link === linkId(link));
    const found = await countLink({ link, shards, plan }, listings, call);
    sum.versions += found.versions;
    sum.bytes += found.bytes;
    sum.counted += found.counted;
    const share = shareOf(plan.question);
    for (const { bucket, region } of [link.source, link.destination]) {
      lines.push(
        toLine(`list ${bucket}`, region, { count: found.pages, unit: 'requests', each: priceOf('list', region) }),
      );
      if (share === 0) continue;
      const reads = Math.round(found.versions * share);
      const gigabytes = (found.bytes * share) / 1e9;
      const calls = inquiry.spendsKms(bucket) === false ? 0 : reads;
      lines.push(toLine(`read ${bucket}`, region, { count: reads, unit: 'requests', each: priceOf('read', region) }));
      lines.push(toLine(`bytes of ${bucket}`, region, { count: gigabytes, unit: 'GB', each: perGB(region, here) }));
      if (calls > 0)
        lines.push(toLine(`KMS for ${bucket}`, region, { count: calls, unit: 'calls', each: priceOf('kms', region) }));
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
  // The same shards in each quote, and no stretch of keys before another.
  const order = shards.toSorted((a, b) => hashOf(`${a.shard}`) - hashOf(`${b.shard}`));
  for (const { after, upTo } of order) {
    if (sum.pages >= MOST_PAGES) break;
    const range = { bucket, region, prefix: question.prefix, versions: question.versions };
    const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
    for await (const page of listings.pages({ ...range, ...bounds }, call)) {
      sum.pages += 1;
      sum.versions += page.count;
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
  };
}

/** The share of all versions that is read on each side. */
function shareOf({ content }: AuditQuestion): number {
  switch (content.mode) {
    case 'never':
      return 0;
    case 'all':
      return 1;
    case 'sample':
      return content.share;
    case 'age':
      return Math.min(1, content.periodMs / content.everyMs);
    default:
      return content satisfies never;
  }
}

function toLine(
  what: string,
  region: string,
  { count, unit, each }: { readonly count: number; readonly unit: QuoteLine['unit']; readonly each: number },
): QuoteLine {
  return { what, region, count, unit, dollars: count * each };
}
