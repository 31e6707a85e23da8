import type { Link } from '../model/link.ts';
import { compareKeys } from '../model/version-order.ts';
import type { Call, Listings } from '../ports.ts';
import { cutKeys } from './plan-audit.ts';
import type { AuditQuestion, ContentPlan, Shard } from '../model/audit-records.ts';

/** A stretch of keys, and what an earlier run has listed in it at the source. */
export interface Cut extends Pick<Shard, 'link' | 'after' | 'upTo'> {
  readonly versions: number;
  readonly bytes: number;
}

/** What a function works off in a few minutes of its quarter of an hour. */
const FIT_VERSIONS = 500_000;
const FIT_BYTES = 20e9;

/** What one shard is worth its start. */
const LEAST_VERSIONS = 20_000;

/** Of a stretch for which the time did not suffice. */
const SMALLER = 4;

/** How many shards something takes; 1 is one that fits well. */
export function loadOf({ versions, bytes }: Pick<Cut, 'versions' | 'bytes'>, content: ContentPlan): number {
  return Math.max(versions / FIT_VERSIONS, (2 * bytes * shareOfContent(content)) / FIT_BYTES);
}

/** Joins neighbours that are small by themselves, so that there are about as many as are `wanted`. */
export function joinCuts(cuts: readonly Cut[], content: ContentPlan, wanted: number): readonly Cut[] {
  const versions = cuts.reduce((sum, cut) => sum + cut.versions, 0);
  const most = Math.max(LEAST_VERSIONS, versions / Math.max(1, wanted));
  const joined: Cut[] = [];
  for (const cut of cuts) {
    const before = joined.at(-1);
    const both = before === undefined ? undefined : join(before, cut);
    if (both !== undefined && both.versions <= most && loadOf(both, content) <= 1) joined[joined.length - 1] = both;
    else joined.push(cut);
  }
  return joined;
}

function join(before: Cut, cut: Cut): Cut | undefined {
  if (before.link !== cut.link || before.upTo === undefined || before.upTo !== cut.after) return undefined;
  const { upTo: _, ...rest } = before;
  const end = cut.upTo === undefined ? {} : { upTo: cut.upTo };
  return { ...rest, ...end, versions: before.versions + cut.versions, bytes: before.bytes + cut.bytes };
}

interface Cutting {
  readonly question: AuditQuestion;
  readonly listings: Listings;
  readonly call: Call;
  readonly pieces?: number;
}

/** The same stretch in so many pieces, or fewer; as it is where no key tells where to cut. */
export async function splitStretch(
  stretch: Pick<Shard, 'link' | 'after' | 'upTo'>,
  { source }: Link,
  { question, listings, call, pieces = SMALLER }: Cutting,
): Promise<readonly Pick<Shard, 'link' | 'after' | 'upTo'>[]> {
  const { link, after, upTo } = stretch;
  const bounds = { ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) };
  const { bucket, region } = source;
  const range = { bucket, region, prefix: question.prefix, versions: question.versions, ...bounds };
  const cuts = (await cutKeys(range, pieces, { listings, call, fromPages: 0 })).filter(
    (cut) => (after === undefined || compareKeys(after, cut) < 0) && (upTo === undefined || compareKeys(cut, upTo) < 0),
  );
  return [...cuts, undefined].map((cut, index) => {
    const [from, to] = [cuts[index - 1] ?? after, cut ?? upTo];
    return { link, ...(from === undefined ? {} : { after: from }), ...(to === undefined ? {} : { upTo: to }) };
  });
}

/** About which part of all bytes is read. */
function shareOfContent(content: ContentPlan): number {
  switch (content.mode) {
    case 'never':
      return 0;
    case 'all':
      return 1;
    case 'sample':
      return content.share;
    case 'age': {
      const ages = [content.everyMs, ...(content.rules ?? []).flatMap(({ everyMs }) => everyMs ?? [])];
      return Math.min(1, content.periodMs / Math.min(...ages));
    }
    default:
      return content satisfies never;
  }
}
