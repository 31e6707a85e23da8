import { parseConfig } from '../src/config-schema.ts';
import { type BucketConfig, type Config, type MrapConfig, stackRegions } from '../src/model/config.ts';
import { linksOf } from '../src/model/link.ts';
import { bucketsBehind } from '../src/model/mrap.ts';
import {
  ACCOUNT,
  demoConfig,
  DESTINATION,
  KMS_KEY,
  LEDGER,
  OTHER_LEDGER,
  type Place,
  REGIONS,
  REPLICA_KMS_KEY,
  REPORTS,
  SOURCE,
  STAGE,
  type Way,
  WAYS,
} from './places.ts';

/** A KMS key, and what replication does with it. */
export interface KeyUse {
  readonly arn: string;
  readonly place: Place;
  readonly action: 'kms:Decrypt' | 'kms:Encrypt';
}

/** What the sandbox is told to create: see docs/sandbox-control.schema.json. */
export interface AccessPoint {
  readonly name: string;
  readonly alias: string;
  /** Names of buckets of one Region each. */
  readonly buckets: readonly string[];
  /** Those that have traffic. */
  readonly active: readonly string[];
  /** How long traffic takes to follow a change of routes. */
  readonly propagationMs: number;
}

/** What stands before anything happens: buckets as their owner would have made them, and the configuration that is deployed. */
export interface Scenery {
  /** Text of holdfast.yml. */
  readonly config: string;
  /** Name of the deployed stage. */
  readonly stage: string;
  /** Those with a stack. */
  readonly regions: readonly string[];
  /** Those of pairs. */
  readonly buckets: readonly Place[];
  /** Whether the buckets notify the stacks from the beginning. */
  readonly isWired: boolean;
  readonly ways: readonly Way[];
  readonly keys: readonly KeyUse[];
  /** Multi-Region Access Points before some of the buckets. */
  readonly accessPoints: readonly AccessPoint[];
  /** Where Batch Operations reports; absent: nowhere. */
  readonly reports?: Place;
}

/** What `npm start` plays in. */
export const SHOW: Scenery = {
  config: demoConfig(),
  stage: STAGE,
  regions: REGIONS,
  buckets: [SOURCE, DESTINATION, LEDGER, OTHER_LEDGER],
  isWired: true,
  ways: WAYS,
  keys: [
    { arn: KMS_KEY, place: SOURCE, action: 'kms:Decrypt' },
    { arn: REPLICA_KMS_KEY, place: DESTINATION, action: 'kms:Encrypt' },
  ],
  accessPoints: [],
  reports: REPORTS,
};

/** S3 says minutes; nobody is to wait for them here. */
const PROPAGATION_MS = 4_000;

/** The stage that the command line takes where nobody names one. */
const USUAL_STAGE = 'dev';

/**
 * Somebody's own configuration, with its buckets and what replicates them as they should be. Throws `invalid-config` with all problems.
 * The embedded cloud is one account, which plays all those of the configuration.
 */
export function sceneryOf(text: string): Scenery {
  const accounts = bucketsOf(parseConfig(text)).map(({ account }) => account);
  const played = accounts.reduce((changed, account) => changed.replaceAll(account, ACCOUNT), text);
  const config = parseConfig(played);
  const buckets = bucketsOf(config);
  return {
    config: played,
    stage: USUAL_STAGE,
    regions: stackRegions(config),
    buckets,
    isWired: false,
    ways: linksOf(config).map((link) => ({
      rule: `${link.source.bucket}-to-${link.destination.bucket}`,
      from: link.source,
      to: link.destination,
      prefix: '',
      twoWay: link.policy.twoWay,
      ...keyOf(link.destination),
    })),
    accessPoints: config.mraps.map((mrap) => accessPointOf(mrap, config)),
    keys: linksOf(config).flatMap(({ source, destination }) => [
      ...source.kmsKeys.map((arn) => ({ arn, place: source, action: 'kms:Decrypt' }) as const),
      ...destination.kmsKeys.map((arn) => ({ arn, place: destination, action: 'kms:Encrypt' }) as const),
    ]),
  };
}

/** With traffic to where the configuration wants it; where it does not say, to the first. */
function accessPointOf(mrap: MrapConfig, config: Config): AccessPoint {
  const behind = bucketsBehind(config, mrap);
  const home = mrap.active ?? behind.slice(0, 1).map(({ region }) => region);
  return {
    name: mrap.name,
    alias: mrap.arn.slice(mrap.arn.lastIndexOf('/') + 1),
    buckets: behind.map(({ bucket }) => bucket),
    active: behind.filter(({ region }) => home.includes(region)).map(({ bucket }) => bucket),
    propagationMs: PROPAGATION_MS,
  };
}

/** Each bucket once, whatever its pairs. */
function bucketsOf({ pairs }: Config): readonly BucketConfig[] {
  const all = pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  return [...new Map(all.map((bucket) => [bucket.bucket, bucket])).values()];
}

/** Replicas get the first key of their bucket, where it has any. */
function keyOf({ kmsKeys: [replicaKey] }: BucketConfig): Pick<Way, 'replicaKey'> {
  return replicaKey === undefined ? {} : { replicaKey };
}
