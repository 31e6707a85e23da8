import { hashOf } from '../model/hash.ts';
import type { ListedEntry } from '../model/listing-page.ts';
import { turnsOf } from '../model/proof-age.ts';
import type { ContentPlan } from '../model/audit-records.ts';

type Named = Pick<ListedEntry, 'key' | 'versionId' | 'etag'>;

/**
 * Whether this version is to be read. The same version of the same plan always is, or never. `buckets`: those of its two copies,
 * which are read together.
 */
export function isToRead(
  plan: ContentPlan,
  { key, versionId = 'null', etag }: Named,
  buckets: readonly string[] = [],
): boolean {
  switch (plan.mode) {
    case 'never':
      return false;
    case 'all':
      return true;
    case 'sample':
      return hashOf(`${plan.seed}\n${key}\n${versionId}`) < plan.share * 2 ** 32;
    case 'age': {
      const turns = turnsOf(plan, ageOf(plan, key, buckets));
      // The ETag, because the version `null` is another content tomorrow.
      return hashOf(`${key}\n${versionId}\n${etag}`) % turns === plan.turn % turns;
    }
    default:
      return plan satisfies never;
  }
}

/** The share of all versions with this key that is read. */
export function shareOf(plan: ContentPlan, key: string, buckets: readonly string[]): number {
  switch (plan.mode) {
    case 'never':
      return 0;
    case 'all':
      return 1;
    case 'sample':
      return plan.share;
    case 'age':
      return 1 / turnsOf(plan, ageOf(plan, key, buckets));
    default:
      return plan satisfies never;
  }
}

/** The shortest age that any rule asks for: two copies are read at once. */
function ageOf(
  { everyMs, rules = [] }: Extract<ContentPlan, { mode: 'age' }>,
  key: string,
  buckets: readonly string[],
): number {
  if (rules.length === 0) return everyMs;
  return Math.min(
    ...buckets.map((bucket) => {
      const fitting = rules.filter((rule) => rule.bucket === bucket && key.startsWith(rule.prefix));
      const [longest] = fitting.toSorted((a, b) => b.prefix.length - a.prefix.length);
      return longest?.everyMs ?? everyMs;
    }),
  );
}
