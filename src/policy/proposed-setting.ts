import type { BucketRef } from '../model/bucket-settings.ts';
import { CANARY_PREFIX } from '../model/canary.ts';
import { pricesOf } from '../model/prices.ts';
import { awsCommand } from '../model/shell-command.ts';
import { type DocumentName, isSameDocument, type JsonObject } from '../model/wiring.ts';

/** What can be proposed beside notifications. */
export const PROPOSALS = ['metrics', 'rtc', 'canaries'] as const;
export type Proposal = (typeof PROPOSALS)[number];

/** A change of one configuration of a bucket, which only its owner can decide. */
export interface ProposedSetting {
  readonly proposal: Proposal;
  readonly setting: Exclude<DocumentName, 'notifications'>;
  /** The whole configuration, with what is proposed. */
  readonly document: JsonObject;
  readonly what: string;
  readonly costs: string;
  readonly command: string;
}

/** A rule of a configuration, as the API has it. */
interface DocumentRule extends JsonObject {
  readonly Status?: unknown;
  readonly Destination?: JsonObject;
}

/** A threshold other than 15 minutes is not accepted. */
const FIFTEEN_MINUTES = { Minutes: 15 };

/** Metrics of one rule: bytes and operations that are pending, the latency, and operations that failed. */
const METRICS_PER_RULE = 4;

/** ID of the lifecycle rule that clears canaries away. */
const CANARY_RULE = 'holdfast-canaries';

/**
 * Replication metrics for every enabled rule without them, because S3 reports no failure without; or Replication Time Control.
 * `undefined`: nothing is to be changed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics.html
 */
export function proposeReplication(
  at: BucketRef,
  document: JsonObject,
  proposal: 'metrics' | 'rtc',
): ProposedSetting | undefined {
  const rules = rulesOf(document);
  const changed = {
    ...document,
    Rules: rules.map((rule) => (isEnabled(rule) ? withDestination(rule, proposal) : rule)),
  };
  if (isSameDocument(document, changed)) return undefined;
  const { metricMonth, replicationTimeControlGB } = pricesOf(at.region);
  const metrics = `up to $${(METRICS_PER_RULE * metricMonth).toFixed(2)} a month for the metrics of each rule`;
  return {
    proposal,
    setting: 'replication',
    document: changed,
    what:
      proposal === 'metrics'
        ? 'replication metrics on every enabled rule: without them S3 tells of no replication that fails'
        : 'Replication Time Control on every enabled rule: S3 commits itself to 15 minutes, and tells of what is later',
    costs: proposal === 'metrics' ? metrics : `$${replicationTimeControlGB} for each replicated GB, and ${metrics}`,
    command: awsCommand('s3api put-bucket-replication', {
      bucket: at.bucket,
      region: at.region,
      'replication-configuration': changed,
    }),
  };
}

/** A rule that clears canaries away after a day; without one none are written. `undefined`: there is one of that name. */
export function proposeCanaries(at: BucketRef, document: JsonObject): ProposedSetting | undefined {
  const rules = rulesOf(document);
  if (rules.some(({ ID: id }) => id === CANARY_RULE)) return undefined;
  const rule = {
    ID: CANARY_RULE,
    Status: 'Enabled',
    Filter: { Prefix: CANARY_PREFIX },
    Expiration: { Days: 1 },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  };
  const changed = { ...document, Rules: [...rules, rule] };
  const { TransitionDefaultMinimumObjectSize: minimum, ...configuration } = changed as typeof changed & JsonObject;
  return {
    proposal: 'canaries',
    setting: 'lifecycle',
    document: changed,
    what: `a lifecycle rule for ${CANARY_PREFIX}: with it Holdfast writes its canaries there, which prove the whole chain`,
    costs: 'the rule nothing, canaries a few small requests every five minutes',
    command: awsCommand('s3api put-bucket-lifecycle-configuration', {
      bucket: at.bucket,
      region: at.region,
      'transition-default-minimum-object-size': typeof minimum === 'string' ? minimum : undefined,
      'lifecycle-configuration': configuration,
    }),
  };
}

function rulesOf({ Rules: rules }: JsonObject): readonly DocumentRule[] {
  return Array.isArray(rules) ? rules : [];
}

function isEnabled({ Status: status }: DocumentRule): boolean {
  return status === 'Enabled';
}

function isOn(member: unknown): boolean {
  return typeof member === 'object' && member !== null && 'Status' in member && member.Status === 'Enabled';
}

function withDestination(rule: DocumentRule, proposal: 'metrics' | 'rtc'): DocumentRule {
  const { Destination: destination = {} } = rule;
  if (proposal === 'metrics')
    return isOn(destination['Metrics'])
      ? rule
      : { ...rule, Destination: { ...destination, Metrics: { Status: 'Enabled' } } };
  if (isOn(destination['ReplicationTime'])) return rule;
  const timed = {
    ReplicationTime: { Status: 'Enabled', Time: FIFTEEN_MINUTES },
    Metrics: { Status: 'Enabled', EventThreshold: FIFTEEN_MINUTES },
  };
  return { ...rule, Destination: { ...destination, ...timed } };
}
