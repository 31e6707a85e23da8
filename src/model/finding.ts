import type { BucketRef } from './bucket-settings.ts';
import type { ObjectRef } from './object.ts';

/** Three verdicts; nothing to compare is no finding. */
export type Verdict = 'verified' | 'violated' | 'unverifiable';

/** How we know: the rungs of the evidence ladder, weakest first. */
export const BASES = [
  'size',
  'etag',
  'stored-checksum',
  'part-checksums',
  'computed-checksum',
  'at-rest-checksum',
] as const;

export type Basis = (typeof BASES)[number];

/** Rungs 2 to 4 prove what was recorded when the object was written, only 5 and 6 what is stored now. */
export function proves(basis: Basis): 'recorded' | 'stored' {
  return basis === 'computed-checksum' || basis === 'at-rest-checksum' ? 'stored' : 'recorded';
}

/** Codes by family. Codes are API: operators filter on them, `docs/findings.md` explains each. */
export const FINDING_CODES = {
  integrity: [
    'content-verified',
    'content-differs-from-etag',
    'content-differs-from-checksum',
    'content-differs-from-declared-digest',
    'content-differs-from-baseline',
    'size-differs',
    'checksum-missing',
    'content-unreadable',
    'object-lost',
  ],
  replication: [
    'replica-matches',
    'replica-missing',
    'replica-overdue',
    'replication-failed',
    'replication-missed-threshold',
    'replication-late',
    'replication-not-tracked',
    'replica-content-differs',
    'replica-size-differs',
    'replica-metadata-differs',
    'replica-tags-differ',
    'replica-acl-differs',
    'replica-lock-differs',
    'replica-class-differs',
    'replica-encryption-differs',
    'delete-marker-differs',
    'replica-not-comparable',
    'replica-under-other-version',
    'source-version-gone',
    'versions-conflict',
    'late-arrival-took-over',
  ],
  pressure: [
    'kms-throttled',
    's3-throttled',
    'kms-headroom-low',
    'kms-key-unusable',
    'bucket-key-off',
    'lag-likely-kms',
  ],
  change: ['mass-delete', 'mass-overwrite'],
  configuration: [
    'versioning-off',
    'rule-missing',
    'rule-disabled',
    'rule-metrics-off',
    'rtc-off',
    'two-way-rule-missing',
    'replica-modification-sync-off',
    'delete-marker-replication-off',
    'kms-objects-not-selected',
    'replication-role-lacks',
    'replication-destination-unexpected',
    'notification-missing',
    'lifecycle-differs',
    'replica-expires-early',
    'multipart-abort-rule-missing',
    'multipart-upload-stale',
    'public-access-open',
    'mfa-delete-off',
    'route-drift',
  ],
  routing: [
    'region-impaired',
    'region-unhealthy',
    'region-recovered',
    'failover-planned',
    'failover-accepted',
    'failover-effective',
    'failover-blocked',
    'failback-ready',
    'failback-effective',
  ],
  monitor: [
    'event-lost',
    'event-poisoned',
    'monitor-silent',
    'audit-overdue',
    'audit-refused',
    'budget-reached',
    'audit-failed',
    'audit-finished',
  ],
} as const;

export type FindingFamily = keyof typeof FINDING_CODES;
export type FindingCode = (typeof FINDING_CODES)[FindingFamily][number];

/** All of them, in the order of the documentation. */
export const FAMILIES: readonly FindingFamily[] = [
  'integrity',
  'replication',
  'pressure',
  'change',
  'configuration',
  'routing',
  'monitor',
];

const FAMILY_BY_CODE: ReadonlyMap<FindingCode, FindingFamily> = new Map<FindingCode, FindingFamily>(
  FAMILIES.flatMap((family) => FINDING_CODES[family].map((code) => [code, family] as const)),
);

export function familyOf(code: FindingCode): FindingFamily {
  const family = FAMILY_BY_CODE.get(code);
  if (family === undefined) throw new TypeError(`finding code ${code} belongs to no family`);
  return family;
}

/** What S3 itself states about a replication: looking again cannot take it back. */
const REPORTS: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'replication-failed',
  'replication-missed-threshold',
  'replication-late',
  'replication-not-tracked',
]);

/** Of what can change at the source long after the version was made, and arrives later than the version. */
export const CHANGEABLE_DIFFERENCES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'replica-tags-differ',
  'replica-acl-differs',
  'replica-lock-differs',
  'delete-marker-differs',
]);

/**
 * Whether one look is not enough for an alarm: a connection that breaks looks like a truncated object, and a replica may arrive
 * between two requests. What was recorded at the upload does not change by being asked again.
 */
export function needsSecondLook({ verdict, code, basis }: Finding): boolean {
  if (verdict !== 'violated') return false;
  return basis === 'computed-checksum' || (familyOf(code) === 'replication' && !REPORTS.has(code));
}

/** What a finding is about. */
export type Subject =
  | { readonly kind: 'object-version'; readonly object: ObjectRef }
  /** One link of a pair, seen in the Region of its source. */
  | {
      readonly kind: 'pair';
      readonly pair: string;
      readonly region: string;
      readonly source: string;
      /** Absent where it is about the source bucket alone. */
      readonly destination?: string;
    }
  | { readonly kind: 'bucket'; readonly bucket: string; readonly region: string }
  /** Every key of a bucket that begins so. */
  | { readonly kind: 'prefix'; readonly bucket: string; readonly region: string; readonly prefix: string }
  /** A KMS key where it is used; `*`: all cryptographic operations of the account in that Region. */
  | { readonly kind: 'kms-key'; readonly keyArn: string; readonly region: string }
  /** A Multi-Region Access Point by its name in holdfast.yml, or what it sends to one Region. */
  | { readonly kind: 'mrap'; readonly mrap: string; readonly region?: string }
  | { readonly kind: 'monitor'; readonly region: string };

/** Who acts, and with which words. Nothing of it is done by Holdfast itself. */
export interface Remedy {
  /** For example `owner of the destination bucket`. */
  readonly who: string;
  /** One plain sentence. */
  readonly what: string;
  /** The smallest statement or setting with real ARNs: JSON of a policy statement, where one is missing. */
  readonly statement?: string;
  /** To be run in a shell as they are, in this order. */
  readonly commands: readonly string[];
}

/** One judgement about the data, never about us. */
export interface Finding {
  readonly verdict: Verdict;
  readonly code: FindingCode;
  readonly subject: Subject;
  /** How we know, where something was compared. */
  readonly basis?: Basis;
  /** Set when the evidence was only temporarily out of reach. */
  readonly retry?: boolean;
  /** The bucket of the replica that was compared, where one was. */
  readonly replica?: BucketRef;
  /** What a person does about it, where the exact words are known. */
  readonly remedy?: Remedy;
  readonly evidence: Readonly<Record<string, string | number>>;
}
