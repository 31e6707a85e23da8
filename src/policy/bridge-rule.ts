import type { BucketRef } from '../model/bucket-settings.ts';
import { hashOf } from '../model/hash.ts';
import type { EventRule } from '../model/wiring.ts';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const LONGEST_NAME = 64;

const TURNED_ON = 'EventBridge was off before: unwire switches it off again.';
const WAS_ON = 'EventBridge was on before: unwire leaves it on.';

/**
 * What EventBridge calls the events that an entry asks for. Removals by lifecycle rules come with the others there.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-mapping-troubleshooting.html
 */
const DETAIL_TYPES: Readonly<Record<string, readonly string[]>> = {
  's3:ObjectCreated:*': ['Object Created'],
  's3:ObjectRemoved:*': ['Object Deleted'],
  's3:ObjectRestore:Completed': ['Object Restore Completed'],
  's3:ObjectTagging:*': ['Object Tags Added', 'Object Tags Deleted'],
  's3:ObjectAcl:Put': ['Object ACL Updated'],
  's3:ObjectRetention:Put': ['Object Retention Updated'],
};

/** Name of the rule of a stage for a bucket; one that would be too long ends in a hash. */
export function ruleName({ stage, bucket }: { readonly stage: string; readonly bucket: string }): string {
  const name = `holdfast-${stage}-${bucket}`;
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, LONGEST_NAME - 9)}-${hashOf(name).toString(16).padStart(8, '0')}`;
}

/** The rule that sends events of a bucket to the queue. It also remembers whether EventBridge was on before. */
export function bridgeRule(
  { at, stage, queueArn }: { readonly at: BucketRef; readonly stage: string; readonly queueArn: string },
  { events, turnedOn }: { readonly events: readonly string[]; readonly turnedOn: boolean },
): EventRule {
  const pattern = {
    source: ['aws.s3'],
    'detail-type': events.flatMap((event) => DETAIL_TYPES[event] ?? []),
    detail: { bucket: { name: [at.bucket] } },
  };
  return {
    name: ruleName({ stage, bucket: at.bucket }),
    pattern: JSON.stringify(pattern),
    description: `Holdfast ${stage}: what other entries of ${at.bucket} leave no room for. ${turnedOn ? TURNED_ON : WAS_ON}`,
    enabled: true,
    targets: [queueArn],
  };
}

/** Events of a bucket that the rule sends to this queue. */
export function bridgedEvents(
  { pattern = '', enabled, targets }: EventRule,
  { bucket, queueArn }: { readonly bucket: string; readonly queueArn: string },
): readonly string[] {
  if (!enabled || !targets.includes(queueArn)) return [];
  const { source, detail, types } = parse(pattern);
  const isOfBucket = names(source, 'aws.s3') && names(member(member(detail, 'bucket'), 'name'), bucket);
  return Object.keys(DETAIL_TYPES).filter(
    (event) => isOfBucket && DETAIL_TYPES[event]?.every((type) => names(types, type)) === true,
  );
}

function names(conditions: unknown, value: string): boolean {
  return Array.isArray(conditions) && conditions.includes(value);
}

/** Whether EventBridge was off when the rule was made. */
export function isTurnedOnByUs(rule: EventRule | undefined): boolean {
  return rule?.description.endsWith(TURNED_ON) === true;
}

/** Whether events of S3 from this bucket can match a rule; in doubt they can. */
export function listensTo({ pattern, enabled }: EventRule, bucket: string): boolean {
  if (!enabled || pattern === undefined) return false;
  const { source, detail } = parse(pattern);
  const name = member(member(detail, 'bucket'), 'name');
  return mayBe(source, 'aws.s3') && mayBe(name, bucket);
}

/** A condition that is more than a text is not evaluated: it may match. */
function mayBe(conditions: unknown, value: string): boolean {
  if (!Array.isArray(conditions)) return true;
  return conditions.some((condition) => typeof condition !== 'string' || condition === value);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

interface Pattern {
  readonly source?: unknown;
  readonly detail?: unknown;
  readonly types?: unknown;
}

function parse(pattern: string): Pattern {
  try {
    const parsed: unknown = JSON.parse(pattern);
    return { source: member(parsed, 'source'), detail: member(parsed, 'detail'), types: member(parsed, 'detail-type') };
  } catch {
    return {}; // not JSON, as far as we know it: it may match
  }
}
