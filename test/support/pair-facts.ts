import type { AccessAnswer, RoleDecision } from '../../src/model/access.ts';
import type {
  BucketSettings,
  LifecycleRule,
  NotificationEntry,
  ObservedSettings,
  ReplicationRule,
} from '../../src/model/bucket-settings.ts';
import type { BucketConfig, ExpectedDifferences } from '../../src/model/config.ts';
import type { KmsKey } from '../../src/model/kms-key.ts';
import type { Link } from '../../src/model/link.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { PairFacts, RoleFacts } from '../../src/model/pair-facts.ts';
import { replicationQuestions } from '../../src/model/replication-access.ts';
import { EXPECT } from './pairs.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const ROLE: string = `arn:aws:iam::${ACCOUNT}:role/replicates`;
export const SOURCE: BucketConfig = { bucket: 'orders-use1', region: 'us-east-1', account: ACCOUNT, kmsKeys: [] };
export const DESTINATION: BucketConfig = { bucket: 'orders-euw1', region: 'eu-west-1', account: ACCOUNT, kmsKeys: [] };
export const SOURCE_KEY: string = `arn:aws:kms:us-east-1:${ACCOUNT}:key/source`;
export const REPLICA_KEY: string = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/replica`;
export const LOOKED_AT: Date = new Date('2026-11-20T00:00:00Z');

export const ABSENT = { state: 'absent' } as const;
export const DENIED = { state: 'unreadable', reason: 'access-denied' } as const;

export interface LinkChanges extends Partial<Pick<Link, 'source' | 'destination' | 'back'>> {
  readonly twoWay?: boolean;
  readonly expect?: Partial<ExpectedDifferences>;
}

/** From orders-use1 to orders-euw1. */
export function anOrdersLink({ twoWay = false, expect = {}, ...ends }: LinkChanges = {}): Link {
  return {
    pair: 'orders',
    source: SOURCE,
    destination: DESTINATION,
    back: false,
    policy: { twoWay, followUp: 'every', match: 'version', lookAfterMs: [60_000], expect: { ...EXPECT, ...expect } },
    ...ends,
  };
}

/** A rule that lacks nothing that a one-way pair without KMS asks for. */
export function aReplicationRule(changes: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    id: 'r1',
    enabled: true,
    priority: 1,
    prefix: '',
    tags: {},
    deleteMarkers: true,
    kmsObjects: false,
    replicaModifications: false,
    destinationBucket: DESTINATION.bucket,
    ownerOverride: false,
    metrics: true,
    timeControl: true,
    ...changes,
  };
}

export function aLifecycleRule(changes: Partial<LifecycleRule> = {}): LifecycleRule {
  return {
    id: 'l1',
    enabled: true,
    prefix: '',
    tags: {},
    expiredDeleteMarker: false,
    transitions: [],
    noncurrentTransitions: [],
    ...changes,
  };
}

export function aNotification(changes: Partial<NotificationEntry> = {}): NotificationEntry {
  return { kind: 'queue', targetArn: 'arn:queue', events: ['s3:ObjectCreated:*'], prefix: '', suffix: '', ...changes };
}

export const CLOSED: BucketSettings['publicAccessBlock'] = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};

const ABORTS = aLifecycleRule({ id: 'abort', abortUploadsAfterDays: 7 });

/** Settings against which nothing can be said. */
export const RIGHT: ObservedSettings = {
  versioning: present({ status: 'Enabled', mfaDelete: false }),
  lifecycle: present([ABORTS]),
  encryption: present({ algorithm: 'AES256', bucketKey: false }),
  objectLock: ABSENT,
  publicAccessBlock: present(CLOSED),
  policy: ABSENT,
  uploads: present([]),
  replication: ABSENT,
};

export function rules(...all: readonly ReplicationRule[]): ObservedSettings {
  return { replication: present({ role: ROLE, rules: all }) };
}

export interface PairChanges extends Partial<Omit<PairFacts, 'link' | 'source' | 'destination'>> {
  readonly link?: Link;
  readonly source?: ObservedSettings;
  readonly destination?: ObservedSettings;
}

/** A right pair, with what is changed about it. */
export function somePair({
  source = {},
  destination = {},
  link = anOrdersLink(),
  ...rest
}: PairChanges = {}): PairFacts {
  return {
    link,
    lookedAt: LOOKED_AT,
    source: { ...RIGHT, ...rules(aReplicationRule()), ...source },
    destination: { ...RIGHT, ...destination },
    intended: { source: [link.destination], destination: link.policy.twoWay ? [link.source] : [] },
    signals: {},
    ...rest,
  };
}

/** A pair of which nothing was gathered. */
export function unknownPair(link: Link = anOrdersLink()): PairFacts {
  return {
    link,
    lookedAt: LOOKED_AT,
    source: {},
    destination: {},
    intended: { source: [], destination: [] },
    signals: {},
  };
}

export const TRUST: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

export interface RoleChanges extends Partial<RoleFacts> {
  readonly link?: Link;
  readonly rules?: readonly ReplicationRule[];
  readonly objectLock?: boolean;
  readonly bucketKey?: boolean;
  /** What the role's own policies say, by action; allowed. */
  readonly decisions?: Readonly<Record<string, RoleDecision>>;
}

/** A role that may do what the rules ask of it, except where a decision is given. */
export function aRole(changes: RoleChanges = {}): RoleFacts {
  const { link = anOrdersLink(), decisions = {}, objectLock = false, bucketKey = false, ...rest } = changes;
  const { rules: asked = [aReplicationRule()], arn = ROLE, trust = present(TRUST) } = rest;
  const keys = { sourceKeys: [SOURCE_KEY], replicaKeys: [REPLICA_KEY] };
  const questions = replicationQuestions({ link, roleArn: arn, rules: asked, objectLock, bucketKey, ...keys });
  const answers: Observation<readonly AccessAnswer[]> =
    rest.answers ??
    present(questions.map((question) => ({ ...question, decision: decisions[question.action] ?? 'allowed' })));
  return { arn, trust, answers };
}

/** A key whose policy leaves everything to its account. */
export function aKey(arn: string, changes: Partial<KmsKey> = {}): KmsKey {
  const account = arn.split(':')[4] ?? '';
  return { arn, account, state: 'Enabled', manager: 'customer', policy: present(delegating(account)), ...changes };
}

export function delegating(account: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return JSON.stringify({ Version: '2012-10-17', Id: 'own', Statement: [statement] });
}
