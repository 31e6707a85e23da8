import { type Link, linkId } from '../model/link.ts';
import { PRICES_AS_OF } from '../model/prices.ts';
import type { Call, Listings } from '../ports.ts';
import { countLink } from './count-link.ts';
import type { AuditedLink } from './look-at-version.ts';
import { type ContentPrices, type PricedSide, priceContent } from './quote-content.ts';
import { contentLines, type QuoteLine, toLine } from './quote-lines.ts';
import type { AuditPlan } from '../model/audit-records.ts';
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
  /** For 1,000 versions that are not as they should be: one more look at each. Where only one side was counted, two. */
  readonly perThousandDifferences: number;
}

/** Requests of a look, rather too many: HEADs of both sides and of a current version, tags, ACLs and lock. */
const LOOK_REQUESTS = 8;

export interface QuoteInquiry {
  readonly plan: AuditPlan;
  readonly links: readonly Link[];
  /** By `linkId`: their rules tell what has to be looked at. Absent: only the source of each is counted, and no look. */
  readonly audited?: ReadonlyMap<string, AuditedLink>;
  /** Requests that the plan itself took. */
  readonly planned: number;
  /** Where it would run; absent: outside of AWS. */
  readonly here?: string;
  /** Whether reading an object of this bucket asks KMS for a key; absent: nobody may know. */
  readonly spendsKms: (bucket: string) => boolean | undefined;
}

/** Counts the links, all shards or a random choice of them, and prices what an audit would do with them now. */
export async function quoteAudit(inquiry: QuoteInquiry, listings: Listings, call: Call): Promise<Quote> {
  const { plan, links, planned, here } = inquiry;
  const lines: QuoteLine[] = [];
  const sides: PricedSide[] = [];
  const sum = { versions: 0, bytes: 0, counted: 0 };
  for (const link of links) {
    const shards = plan.shards.filter((shard) => shard.link === linkId(link));
    const rules = inquiry.audited?.get(linkId(link));
    const counting = { link, shards, question: plan.question, ...(rules === undefined ? {} : { audited: rules }) };
    const found = await countLink(counting, { listings, call });
    sum.versions += found.versions;
    sum.bytes += found.bytes;
    sum.counted += found.counted;
    for (const side of ['source', 'replica'] as const) {
      const { bucket, region } = side === 'source' ? link.source : link.destination;
      const pages = { count: found.pages[side], unit: 'requests', each: priceOf('list', region) } as const;
      lines.push(toLine(`list ${bucket}`, region, pages));
      if (found.content.size === 0) continue;
      const kms = inquiry.spendsKms(bucket) !== false;
      const priced = { bucket, region, volumes: found.content, kms, ...(here === undefined ? {} : { here }) };
      sides.push(priced);
      lines.push(...contentLines(priced, plan.question.by));
    }
    if (found.looks !== undefined) {
      const { region } = link.source;
      const { versions, requests } = found.looks;
      const look = { count: requests, unit: 'requests', each: priceOf('look', region) } as const;
      lines.push(toLine(`look at ${versions} that are not alike`, region, look));
    }
  }
  const [first] = links;
  const region = first?.source.region ?? '';
  const looks = inquiry.audited === undefined ? 2 : 1;
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
    perThousandDifferences: 1_000 * looks * LOOK_REQUESTS * priceOf('look', region),
  };
}
