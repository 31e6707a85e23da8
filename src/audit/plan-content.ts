import type { AuditContentConfig, VerifyRule } from '../model/config.ts';
import type { AgeRule, ContentPlan } from '../model/audit-records.ts';

/** What of the content is asked for. */
export interface AskedContent extends AuditContentConfig {
  /** Of a sample; absent: the day. */
  readonly seed?: string;
  /** By age: what has no rule of its own is read once in it. */
  readonly everyMs: number;
  /** From one audit to the next. */
  readonly periodMs: number;
}

export interface ContentSurroundings {
  readonly verify: readonly Pick<VerifyRule, 'bucket' | 'prefix' | 'everyMs'>[];
  /** Those that are audited. */
  readonly buckets: readonly string[];
  readonly now: Date;
}

/** Which versions an audit that begins now reads. */
export function planContent(
  { mode, share, seed, everyMs, periodMs }: AskedContent,
  { verify, buckets, now }: ContentSurroundings,
): ContentPlan {
  switch (mode) {
    case 'never':
    case 'all':
      return { mode };
    case 'sample':
      return { mode, share, seed: seed ?? now.toISOString().slice(0, 10) };
    case 'age': {
      const rules = ageRules(verify, buckets);
      const turn = Math.floor(now.getTime() / periodMs);
      return { mode, everyMs, periodMs, turn, ...(rules.length === 0 ? {} : { rules }) };
    }
    default:
      return mode satisfies never;
  }
}

/** Rules without an age matter only where they take a prefix from one that has. */
function ageRules(verify: ContentSurroundings['verify'], buckets: readonly string[]): readonly AgeRule[] {
  const rules = verify.filter(({ bucket }) => buckets.includes(bucket));
  if (rules.every(({ everyMs }) => everyMs === undefined)) return [];
  return rules.map(({ bucket, prefix, everyMs }) => ({
    bucket,
    prefix,
    ...(everyMs === undefined ? {} : { everyMs }),
  }));
}
