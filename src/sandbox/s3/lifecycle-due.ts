import type { LifecycleAge, LifecycleConfiguration, LifecycleRule, NoncurrentAge } from './lifecycle-config.ts';
import type { ObjectVersion } from './stored.ts';

const DAY_MS = 86_400_000;

/**
 * Classes from the warmest on: lifecycle never warms an object up.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const WARMTH = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

const SMALLEST_TRANSITION_BYTES = 128 * 1024;
/** To these classes also small objects went before September 2024, and go still where a bucket keeps it so. */
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** A version of a key, among the others of it. */
export interface Placed {
  readonly version: ObjectVersion;
  /** Absent for the current version: when the next one took its place. */
  readonly noncurrentSinceMs?: number;
  /** Noncurrent versions that are newer. */
  readonly newerNoncurrent: number;
}

/** Whether the filter of a rule that is on lets this object through. */
export function applies(
  rule: LifecycleRule,
  { key, sizeBytes, tags }: Pick<ObjectVersion, 'key' | 'sizeBytes' | 'tags'>,
): boolean {
  const { enabled, prefix, largerThanBytes = -1, smallerThanBytes = Number.POSITIVE_INFINITY } = rule;
  return (
    enabled &&
    key.startsWith(prefix) &&
    sizeBytes > largerThanBytes &&
    sizeBytes < smallerThanBytes &&
    [...rule.tags].every(([name, value]) => tags.get(name) === value)
  );
}

/** When an age is reached: always a midnight in UTC. Days are counted from the first midnight after the beginning. */
export function reachedAtMs(age: LifecycleAge, sinceMs: number): number {
  return 'atMs' in age ? age.atMs : Math.ceil((sinceMs + age.days * DAY_MS) / DAY_MS) * DAY_MS;
}

/** The first expiry of a current object, and the rule that says so. */
export function nextExpiry(
  { rules }: LifecycleConfiguration,
  version: ObjectVersion,
): { readonly atMs: number; readonly ruleId: string } | undefined {
  return rules
    .flatMap((rule) =>
      rule.expiration !== undefined && applies(rule, version)
        ? [{ atMs: reachedAtMs(rule.expiration, version.lastModifiedMs), ruleId: rule.id }]
        : [],
    )
    .toSorted((a, b) => a.atMs - b.atMs)[0];
}

/** Whether a rule takes this version away now. */
export function isExpired(rule: LifecycleRule, placed: Placed, nowMs: number): boolean {
  const { version, noncurrentSinceMs } = placed;
  if (!applies(rule, version)) return false;
  if (noncurrentSinceMs !== undefined)
    return rule.noncurrentExpiration !== undefined && isDue(rule.noncurrentExpiration, placed, nowMs);
  return rule.expiration !== undefined && reachedAtMs(rule.expiration, version.lastModifiedMs) <= nowMs;
}

/** The class into which the rules put a version now: the coldest of those that are due. */
export function dueClass(configuration: LifecycleConfiguration, placed: Placed, nowMs: number): string | undefined {
  const { version, noncurrentSinceMs } = placed;
  const due = configuration.rules
    .filter((rule) => applies(rule, version))
    .flatMap((rule) => {
      const classes =
        noncurrentSinceMs === undefined
          ? rule.transitions.filter((one) => reachedAtMs(one, version.lastModifiedMs) <= nowMs)
          : rule.noncurrentTransitions.filter((one) => isDue(one, placed, nowMs));
      return classes
        .map(({ storageClass }) => storageClass)
        .filter((name) => isLargeEnough(configuration, rule, { version, name }));
    });
  return due
    .filter((name) => WARMTH.indexOf(name) > WARMTH.indexOf(version.headers.storageClass))
    .toSorted((a, b) => WARMTH.indexOf(b) - WARMTH.indexOf(a))[0];
}

function isDue({ days, newerVersions }: NoncurrentAge, placed: Placed, nowMs: number): boolean {
  const { noncurrentSinceMs = nowMs, newerNoncurrent } = placed;
  return newerNoncurrent >= newerVersions && reachedAtMs({ days }, noncurrentSinceMs) <= nowMs;
}

function isLargeEnough(
  { minimumSize }: LifecycleConfiguration,
  { largerThanBytes, smallerThanBytes }: LifecycleRule,
  { version, name }: { readonly version: ObjectVersion; readonly name: string },
): boolean {
  if (largerThanBytes !== undefined || smallerThanBytes !== undefined) return true;
  if (minimumSize === 'varies_by_storage_class' && ARCHIVES.has(name)) return true;
  return version.sizeBytes >= SMALLEST_TRANSITION_BYTES;
}
