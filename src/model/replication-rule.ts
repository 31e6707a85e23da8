import type { ReplicationRule, ReplicationSettings } from './bucket-settings.ts';
import { type Encryption, spendsKms } from './encryption.ts';

/** What a rule can select by. */
export interface Selectable {
  readonly key: string;
  /** Absent: not known, so that a rule with tags may or may not match. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly encryption?: Encryption;
  readonly storageClass?: string;
}

/** Classes that replication cannot read. */
const ARCHIVED: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/**
 * The rule by which a version goes to a destination: of those that match, the one of the highest priority decides.
 * `undefined`: none does; `unknown`: it depends on tags that nobody asked for.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */
export function ruleFor(
  { rules }: Pick<ReplicationSettings, 'rules'>,
  object: Selectable,
  destinationBucket: string,
): ReplicationRule | 'unknown' | undefined {
  const candidates = rules
    .filter(
      (rule) => rule.enabled && rule.destinationBucket === destinationBucket && object.key.startsWith(rule.prefix),
    )
    .toSorted((a, b) => b.priority - a.priority);
  for (const rule of candidates) {
    const matches = matchesTags(rule, object.tags);
    if (matches === undefined) return 'unknown';
    if (matches) return rule;
  }
  return undefined;
}

function matchesTags({ tags }: ReplicationRule, found: Selectable['tags']): boolean | undefined {
  const wanted = Object.entries(tags);
  if (wanted.length === 0) return true;
  return found === undefined ? undefined : wanted.every(([name, value]) => found[name] === value);
}

/**
 * Whether S3 replicates this version by this rule: SSE-KMS objects have to be selected, archived ones cannot be read.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export function isEligible(rule: ReplicationRule, { encryption, storageClass }: Selectable): boolean {
  if (storageClass !== undefined && ARCHIVED.has(storageClass)) return false;
  return encryption === undefined || !spendsKms(encryption) || rule.kmsObjects;
}
