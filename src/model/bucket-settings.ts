import type { Observation } from './observation.ts';

/** A bucket, and where it lives. */
export interface BucketRef {
  readonly bucket: string;
  readonly region: string;
}

/**
 * One rule, to one destination.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */
export interface ReplicationRule {
  readonly id: string;
  readonly enabled: boolean;
  /** Among rules to one destination that match a version, the higher decides. 0 where a rule has none. */
  readonly priority: number;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether markers of user deletes are replicated: always by a rule of the first version, which has no filter. */
  readonly deleteMarkers: boolean;
  /** Whether SSE-KMS objects are selected. */
  readonly kmsObjects: boolean;
  readonly replicaModifications: boolean;
  readonly destinationBucket: string;
  readonly destinationAccount?: string;
  /** Class of replicas; absent: that of the source. */
  readonly storageClass?: string;
  readonly replicaKmsKeyId?: string;
  /** Replicas belong to the owner of the destination. */
  readonly ownerOverride: boolean;
  /** Replication metrics, without which there are no `Replication:*` events. */
  readonly metrics: boolean;
  /** Replication Time Control. */
  readonly timeControl: boolean;
}

export interface ReplicationSettings {
  /** ARN of the role that S3 assumes. */
  readonly role: string;
  readonly rules: readonly ReplicationRule[];
}

/** Days or a date: S3 allows one of them. */
export interface LifecycleAge {
  readonly days?: number;
  readonly at?: Date;
}

/**
 * One lifecycle rule.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly largerThanBytes?: number;
  readonly smallerThanBytes?: number;
  /** What happens to the current version: a delete marker is put on it, or, without versions, it is deleted. */
  readonly expiration?: LifecycleAge;
  /** Delete markers without versions below them are removed. */
  readonly expiredDeleteMarker: boolean;
  /** What happens to versions that are not current any more, counted from when they became that. */
  readonly noncurrentExpiration?: { readonly days: number; readonly newerVersions?: number };
  readonly transitions: readonly (LifecycleAge & { readonly storageClass: string })[];
  readonly noncurrentTransitions: readonly {
    readonly days: number;
    readonly newerVersions?: number;
    readonly storageClass: string;
  }[];
  readonly abortUploadsAfterDays?: number;
}

/** One entry of a bucket's notification configuration. */
export interface NotificationEntry {
  readonly id?: string;
  readonly kind: 'topic' | 'queue' | 'function';
  readonly targetArn: string;
  /** As configured, for example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** What can be asked about a bucket, by the name of the setting. `absent`: the bucket has no such configuration. */
export interface BucketSettings {
  readonly versioning: { readonly status: 'Enabled' | 'Suspended' | 'Off'; readonly mfaDelete: boolean };
  readonly replication: ReplicationSettings;
  readonly lifecycle: readonly LifecycleRule[];
  readonly encryption: { readonly algorithm: string; readonly kmsKeyId?: string; readonly bucketKey: boolean };
  readonly notifications: { readonly entries: readonly NotificationEntry[]; readonly eventBridge: boolean };
  readonly objectLock: {
    readonly enabled: boolean;
    readonly defaultRetention?: { readonly mode: string; readonly days?: number; readonly years?: number };
  };
  /** `BucketOwnerEnforced`, `BucketOwnerPreferred` or `ObjectWriter`. */
  readonly ownership: string;
  readonly publicAccessBlock: {
    readonly blockPublicAcls: boolean;
    readonly ignorePublicAcls: boolean;
    readonly blockPublicPolicy: boolean;
    readonly restrictPublicBuckets: boolean;
  };
  /** The policy as JSON text, and whether S3 calls it public. */
  readonly policy: { readonly json: string; readonly isPublic: boolean };
  /** Uploads that are neither completed nor aborted, oldest first, at most 1,000. */
  readonly uploads: readonly { readonly key: string; readonly uploadId: string; readonly initiatedAt: Date }[];
}

export type BucketSettingName = keyof BucketSettings;

/** Several settings of one bucket, each as it could be read. */
export type ObservedSettings = { readonly [name in BucketSettingName]?: Observation<BucketSettings[name]> };
