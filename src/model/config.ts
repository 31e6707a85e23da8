import type { Severity } from './action.ts';
import type { ChecksumAlgorithm } from './checksum.ts';
import type { FindingFamily } from './finding.ts';

/** The rung of the evidence ladder that an inspection has to reach, weakest first. */
export const EVIDENCES = ['etag', 'stored-checksum', 'computed-checksum'] as const;
export type Evidence = (typeof EVIDENCES)[number];

/** One bucket and where it lives. */
export interface BucketConfig {
  readonly bucket: string;
  readonly region: string;
  /** Twelve digits, as text: an account can begin with zeros. */
  readonly account: string;
  /** ARNs of the KMS keys that Holdfast's roles may use to decrypt what is in the bucket. */
  readonly kmsKeys: readonly string[];
}

export type FollowUp = 'every' | 'sampled' | 'failures-only';

/** What names a replica: the version ID of its source, or, for buckets that were seeded by a copy, equal content. */
export type ReplicaMatch = 'version' | 'content';

/** `same`: a difference is a finding. `any`: whatever the replica has is as it should be. */
export type Tolerance = 'same' | 'any';

/** Differences between source and replica that are meant to be: counted, not found. */
export interface ExpectedDifferences {
  /** Or the storage class that replicas must have. */
  readonly storageClass: string;
  readonly encryption: Tolerance;
  readonly kmsKey: Tolerance;
  readonly owner: Tolerance;
  readonly deleteMarkers: Tolerance;
  readonly lifecycle: Tolerance;
}

/** A bucket and those it is replicated to; without destinations it is only verified. */
export interface PairConfig {
  readonly name: string;
  readonly source: BucketConfig;
  readonly destinations: readonly BucketConfig[];
  /** Each destination replicates back to the source. */
  readonly twoWay: boolean;
  readonly followUp: FollowUp;
  readonly match: ReplicaMatch;
  /** Ages of a version at which its replicas are looked at until all are settled; ascending. */
  readonly lookAfterMs: readonly number[];
  readonly expect: ExpectedDifferences;
}

export type FailoverMode = 'off' | 'advise' | 'automatic';

export interface FailoverConfig {
  readonly mode: FailoverMode;
  /** Greatest age that the oldest version not yet replicated may have when traffic is switched. */
  readonly rpoMs: number;
  /** Least time between two route changes. */
  readonly coolDownMs: number;
  /** How many observers must agree. */
  readonly quorum: number;
  /** So many of an observer's last `window` probes must fail before it says that a Region fails. */
  readonly confirmations: number;
  readonly window: number;
  /** Most changes that Holdfast makes by itself within 24 hours. */
  readonly flaps: number;
}

/** A Multi-Region Access Point. */
export interface MrapConfig {
  readonly name: string;
  readonly arn: string;
  /** Names of the pairs whose buckets are behind it. */
  readonly pairs: readonly string[];
  readonly failover: FailoverConfig;
  /** Regions from which its buckets are probed. */
  readonly observers: readonly string[];
  /** The Region that keeps the steering ledger. */
  readonly witness?: string;
  /** Regions that take traffic when all is well; absent: whatever the first change of routes found. */
  readonly active?: readonly string[];
}

/** Where a digest is found that somebody declared for an object. */
export type DeclaredPlace =
  /** An entry of the user metadata; lower case, without `x-amz-meta-`. */
  | { readonly from: 'metadata'; readonly name: string }
  /** An object beside it: its key and this suffix. */
  | { readonly from: 'side-file'; readonly suffix: string }
  /** One object that lists many: its key in the same bucket. */
  | { readonly from: 'manifest'; readonly key: string };

/** A declared digest counts only because configuration says where it is and what it is of. */
export type DeclaredRule = DeclaredPlace & {
  readonly algorithm: ChecksumAlgorithm;
  readonly encoding: 'hex' | 'base64';
  /** `decoded-content`: of what was there before a Content-Encoding; then never compared with an encoded object. */
  readonly of: 'content' | 'decoded-content';
  /** Whether it is evidence for an object that has a Content-Encoding. */
  readonly allowContentEncoding: boolean;
};

/** How the objects under a prefix are verified. */
export interface VerifyRule {
  readonly bucket: string;
  /** Of the decoded key; empty: the whole bucket. */
  readonly prefix: string;
  readonly evidence: Evidence;
  readonly declared: readonly DeclaredRule[];
  /** Larger objects are `too-large` to be read and unverifiable; absent: no limit. */
  readonly readUpToBytes?: number;
  /** Age at which a verification is to be repeated; absent: never. */
  readonly everyMs?: number;
}

/** Whose bytes an audit reads, on both sides. */
export const CONTENT_MODES = ['never', 'sample', 'age', 'all'] as const;

/** `share`: of a sample, above 0 and at most 1. `age`: each version once in the `every` of its rule. */
export interface AuditContentConfig {
  readonly mode: (typeof CONTENT_MODES)[number];
  readonly share: number;
}

/** How long nobody may change or delete a report. */
export interface ReportLock {
  /** `governance`: except those with a permission of their own. */
  readonly mode: 'governance' | 'compliance';
  readonly forMs: number;
}

/** An audit that is made by the clock, in the stack of the Region of its pair's source. */
export interface AuditConfig {
  readonly name: string;
  readonly pair: string;
  /** `rate(…)` or `cron(…)`, as EventBridge Scheduler takes it. */
  readonly schedule: string;
  /** Of the schedule, as the IANA names it. */
  readonly timezone: string;
  /** Of the decoded key; empty: everything. */
  readonly prefix: string;
  /** Noncurrent versions and delete markers too. */
  readonly versions: boolean;
  readonly content: AuditContentConfig;
  /** Most that one run may cost, in US dollars. */
  readonly budget: number;
  /** Differences at which a run stops. */
  readonly ceiling: number;
  /** Shards at once. */
  readonly concurrency: number;
  /** Age from which a version has to be there; absent: that of the last look at a replica. */
  readonly graceMs?: number;
  /** How long reports are kept. */
  readonly keepMs: number;
  /** Absent: reports are not locked. */
  readonly lock?: ReportLock;
}

export interface AlertSubscription {
  readonly protocol: 'email' | 'https' | 'sqs';
  readonly endpoint: string;
  /** The least severe alert that it gets; absent: every published one. */
  readonly severity?: Severity;
  /** Only these, and what is of no family; absent: all. */
  readonly family?: FindingFamily;
  /** Only what concerns this pair, and what concerns none; absent: all. */
  readonly pair?: string;
}

/** A time in which alerts are counted and not told. */
export interface MaintenanceWindow {
  /** ISO 8601 in UTC, like the end. */
  readonly from: string;
  readonly until: string;
  /** Absent: everything. */
  readonly pairs?: readonly string[];
  readonly reason: string;
}

export interface AlertConfig {
  /** The least severe alert that is published. */
  readonly severity: Severity;
  readonly subscriptions: readonly AlertSubscription[];
  /** Absent: none. */
  readonly maintenance?: readonly MaintenanceWindow[];
}

/** holdfast.yml after validation: defaults filled in, units resolved, frozen, and the same again after JSON. */
export interface Config {
  readonly version: 1;
  readonly pairs: readonly PairConfig[];
  readonly mraps: readonly MrapConfig[];
  readonly verify: readonly VerifyRule[];
  readonly alerts: AlertConfig;
  /** Absent: none. */
  readonly audits?: readonly AuditConfig[];
  /** Where the steering ledger is: see `steeringRegionOf`. Absent: there is no bucket. */
  readonly steeringRegion?: string;
}

/** Regions with a bucket of a pair, in the order of the configuration. */
export function bucketRegions({ pairs }: Pick<Config, 'pairs'>): readonly string[] {
  return [
    ...new Set(pairs.flatMap(({ source, destinations }) => [source, ...destinations]).map(({ region }) => region)),
  ];
}

/** Regions from which access points are watched: where nobody wants failover, nobody looks. */
export function observerRegions({ mraps }: Pick<Config, 'mraps'>): readonly string[] {
  return [...new Set(mraps.filter(({ failover }) => failover.mode !== 'off').flatMap(({ observers }) => observers))];
}

/** Regions whose stack makes audits: those with the source of an audited pair. */
export function auditRegions({ audits = [], pairs }: Pick<Config, 'pairs' | 'audits'>): readonly string[] {
  const audited = pairs.filter(({ name }) => audits.some(({ pair }) => pair === name));
  return [...new Set(audited.map(({ source }) => source.region))];
}

/** Regions with a stack, by name: those with a bucket, those that observe, and the one with the steering ledger. */
export function stackRegions(config: Pick<Config, 'pairs' | 'mraps'>): readonly string[] {
  const steering = steeringRegionOf(config);
  if (steering === undefined) return [];
  return [...new Set([...bucketRegions(config), ...observerRegions(config), steering])].toSorted();
}

/**
 * The Region of the steering ledger, which must be known when a source's Region is gone: the witness of an access point, otherwise
 * the Region of the first destination.
 */
export function steeringRegionOf({ pairs, mraps }: Pick<Config, 'pairs' | 'mraps'>): string | undefined {
  const [first] = bucketRegions({ pairs });
  if (first === undefined) return undefined;
  const witness = mraps.map((mrap) => mrap.witness).find((region) => region !== undefined);
  return witness ?? pairs.flatMap(({ destinations }) => destinations)[0]?.region ?? first;
}

/** The same value, with everything in it made unchangeable. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
