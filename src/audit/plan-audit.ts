import type { Call, ListingRange, Listings } from '../ports.ts';
import { textAt, KEY } from '../model/listing-page.ts';
import { type Link, linkId } from '../model/link.ts';
import { compareKeys } from '../model/version-order.ts';
import { type AuditPlan, type AuditQuestion, REPORT_FORMAT, type Shard } from '../model/audit-records.ts';
import { sampleBoundaries } from './sample-boundaries.ts';

export interface PlanInquiry {
  readonly question: AuditQuestion;
  readonly links: readonly Link[];
  readonly startedAt: Date;
  /** Stretches of keys per link that are worth having; 1: none is cut. */
  readonly wanted: number;
}

/** Pages that are listed one after the other before cutting is worth its requests. */
const SMALL_PAGES = 4;
/** Requests for finding out where the keys of one link differ: a fifth of a cent. Less than twice as many again refine it. */
const MOST_PROBES = 400;

/** Cuts the keys of each link into shards. The same buckets are cut alike each time. */
export async function planAudit(inquiry: PlanInquiry, listings: Listings, call: Call): Promise<AuditPlan> {
  const { question, links, startedAt } = inquiry;
  const shards: Shard[] = [];
  for (const link of links) {
    const cuts =
      inquiry.wanted <= 1
        ? []
        : await cutKeys(
            { ...placeOf(link.source), prefix: question.prefix, versions: question.versions },
            inquiry.wanted,
            { listings, call },
          );
    for (const [index, upTo] of [...cuts, undefined].entries()) {
      const after = cuts[index - 1];
      shards.push({
        shard: shards.length,
        link: linkId(link),
        ...(after === undefined ? {} : { after }),
        ...(upTo === undefined ? {} : { upTo }),
      });
    }
  }
  return {
    kind: 'audit',
    format: REPORT_FORMAT,
    question,
    startedAt: startedAt.toISOString(),
    links: links.map((link) => ({
      link: linkId(link),
      source: placeOf(link.source),
      destination: placeOf(link.destination),
    })),
    shards,
  };
}

function placeOf({ bucket, region }: Link['source']): AuditPlan['links'][number]['source'] {
  return { bucket, region };
}

interface Means {
  readonly listings: Listings;
  readonly call: Call;
  /** What has no more pages is not cut; left out: few pages are listed faster than cut. */
  readonly fromPages?: number;
}

/** Texts between which a listing can be walked at the same time; none where it is short. */
export async function cutKeys(
  range: ListingRange,
  wanted: number,
  { listings, call, fromPages = SMALL_PAGES }: Means,
): Promise<readonly string[]> {
  const { after: from = '', upTo } = range;
  let pages = 0;
  for await (const { count } of listings.pages(range, call)) {
    pages += 1;
    if (pages > fromPages && count > 0) break;
  }
  if (pages <= fromPages) return [];
  return sampleBoundaries({
    prefix: range.prefix,
    wanted,
    mostProbes: MOST_PROBES,
    async firstAfter(text) {
      const after = compareKeys(text, from) > 0 ? text : from;
      for await (const page of listings.pages({ ...range, ...(after === '' ? {} : { after }), pageSize: 1 }, call)) {
        if (page.count === 0) continue;
        const key = textAt(page, 0, KEY);
        return upTo !== undefined && compareKeys(key, upTo) > 0 ? undefined : key;
      }
      return undefined;
    },
  });
}
