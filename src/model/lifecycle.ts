import type { LifecycleAge, LifecycleRule } from './bucket-settings.ts';

/** What a lifecycle rule selects by, and how old it is. */
export interface Aging {
  readonly key: string;
  /** Absent: not known; a rule with tags may then apply. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Absent: not known. */
  readonly versionId?: string;
  readonly sizeBytes: number;
  /** When the version was created, or last modified as S3 says it: the earlier of the two counts most days. */
  readonly createdAt: Date;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Whether a rule can have deleted this version by now. Expiration puts a delete marker on the current version, which is still
 * there under its version ID, and deletes only what has none; noncurrent expiration deletes. When a version stopped being current
 * is not known, so that age counts from its creation: a rule is given the benefit of the doubt, because what lifecycle rules do
 * is never replicated.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function mayHaveExpired(rules: readonly LifecycleRule[], version: Aging, now: Date): LifecycleRule | undefined {
  const { versionId = 'null' } = version;
  return rules.find((rule) => {
    if (!applies(rule, version)) return false;
    return (versionId === 'null' && isExpired(rule, version, now)) || isNoncurrentExpired(rule, version, now);
  });
}

/** Whether a rule can have moved this version into this storage class by now. */
export function mayHaveMoved(
  rules: readonly LifecycleRule[],
  version: Aging,
  { storageClass, now }: { readonly storageClass: string; readonly now: Date },
): LifecycleRule | undefined {
  return rules.find((rule) => {
    if (!applies(rule, version)) return false;
    const current = rule.transitions.some(
      (move) => move.storageClass === storageClass && isReached(move, version, now),
    );
    const noncurrent = rule.noncurrentTransitions.some(
      ({ days, storageClass: to }) => to === storageClass && isReached({ days }, version, now),
    );
    return current || noncurrent;
  });
}

/**
 * Whether a rule can have removed a delete marker: one that has no versions below it any more, or is not current. An age of
 * expiration removes lone markers of that age as well.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
export function mayHaveRemovedMarker(rules: readonly LifecycleRule[], marker: Aging, now: Date): boolean {
  return rules.some((rule) => {
    if (!applies(rule, marker)) return false;
    return rule.expiredDeleteMarker || isExpired(rule, marker, now) || isNoncurrentExpired(rule, marker, now);
  });
}

function isExpired({ expiration }: LifecycleRule, version: Aging, now: Date): boolean {
  return expiration !== undefined && isReached(expiration, version, now);
}

function isNoncurrentExpired({ noncurrentExpiration }: LifecycleRule, version: Aging, now: Date): boolean {
  return noncurrentExpiration !== undefined && isReached({ days: noncurrentExpiration.days }, version, now);
}

function applies(rule: LifecycleRule, { key, tags, sizeBytes }: Aging): boolean {
  const { enabled, prefix, largerThanBytes = -1, smallerThanBytes = Infinity } = rule;
  if (!enabled || !key.startsWith(prefix) || sizeBytes <= largerThanBytes || sizeBytes >= smallerThanBytes)
    return false;
  return tags === undefined || Object.entries(rule.tags).every(([name, value]) => tags[name] === value);
}

/** S3 counts whole days and acts from the midnight, in UTC, that follows. */
function isReached({ days, at }: LifecycleAge, { createdAt }: Aging, now: Date): boolean {
  if (at !== undefined) return now >= at;
  if (days === undefined) return false;
  const reached = createdAt.getTime() + days * DAY_MS;
  return now.getTime() >= Math.ceil(reached / DAY_MS) * DAY_MS;
}
