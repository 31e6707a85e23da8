import type { Statement } from '../iam/policy.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from '../../model/checksum.ts';
import type { Body } from './body-store.ts';
import type { KeySpace } from './key-space.ts';
import type { LifecycleConfiguration } from './lifecycle-config.ts';
import type { BucketLock, ObjectLock } from './object-lock.ts';
import type { NotificationTarget } from './notification-config.ts';
import type { ReplicationConfiguration } from './replication-config.ts';

export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA';

export type ServerSideEncryption = 'AES256' | 'aws:kms' | 'aws:kms:dsse';

/** How an object is encrypted; with SSE-C only the MD5 of the customer's key is remembered, in base64. */
export type StoredEncryption =
  /** From before 2023, when S3 began to encrypt everything. Nothing that is uploaded now is so. */
  | { readonly kind: 'none' }
  | { readonly kind: 'AES256' }
  | {
      readonly kind: 'aws:kms' | 'aws:kms:dsse';
      readonly keyId: string;
      readonly bucketKey: boolean;
      readonly context?: string;
    }
  | { readonly kind: 'sse-c'; readonly keyMd5: string };

/** A part of a multipart upload, and later of its object. */
export interface StoredPart {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Hex. */
  readonly md5: string;
  /** Without quotes. */
  readonly etag: string;
  /** In the algorithm of the upload, base64. */
  readonly checksum: string;
  readonly lastModifiedMs: number;
}

/** What the uploader said about the content, kept and given back as it was. */
export interface ObjectHeaders {
  /** Lower-case names: `content-type`, `cache-control` … */
  readonly system: Readonly<Record<string, string>>;
  /** Without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
}

export interface RestoredCopy {
  /** Until then the restore is going on. */
  readonly readyAtMs: number;
  readonly expiresAtMs: number;
}

export interface ObjectVersion {
  readonly kind: 'object';
  readonly key: string;
  readonly versionId: string;
  /** A whole second; for a multipart upload the time of its initiation. */
  readonly lastModifiedMs: number;
  readonly sequencer: string;
  /** As recorded at the upload: damage to the body does not change it. */
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Of the plain content; differs from the ETag where the encryption makes that opaque. Absent for multipart. */
  readonly checksum: Checksum;
  /** Whether the client asked for the algorithm; S3 lists part checksums only then. */
  readonly checksumRequested: boolean;
  /** Empty unless uploaded in parts. */
  readonly parts: readonly StoredPart[];
  /** Account. */
  readonly owner: string;
  /** Written by replication, whatever the status says of changes that go back. */
  readonly replica: boolean;
  encryption: StoredEncryption;
  headers: ObjectHeaders;
  body: Body;
  tags: ReadonlyMap<string, string>;
  acl: string;
  lock: ObjectLock;
  replicationStatus?: ReplicationStatus;
  restored?: RestoredCopy;
}

export interface DeleteMarker {
  readonly kind: 'delete-marker';
  readonly key: string;
  readonly versionId: string;
  readonly lastModifiedMs: number;
  readonly sequencer: string;
  readonly replica: boolean;
  replicationStatus?: ReplicationStatus;
}

export type Version = ObjectVersion | DeleteMarker;

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedAtMs: number;
  readonly headers: ObjectHeaders;
  readonly tags: ReadonlyMap<string, string>;
  readonly acl: string;
  readonly lock: ObjectLock;
  readonly encryption: StoredEncryption;
  readonly algorithm: ChecksumAlgorithm;
  readonly checksumType: ChecksumType;
  readonly checksumRequested: boolean;
  readonly parts: Map<number, StoredPart & { readonly body: Body }>;
}

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface BucketEncryption {
  readonly kind: ServerSideEncryption;
  /** As it was configured; absent for the account's own key of S3. */
  readonly keyId?: string;
  readonly bucketKey: boolean;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly createdAtMs: number;
  readonly objects: KeySpace;
  readonly uploads: Map<string, Upload>;
  /** Documents that are kept word for word and given back, by the name of their subresource. */
  readonly recorded: Map<string, string>;
  /** Replicas that were deleted for good, which replication does not bring back: `<version ID> <key>`. */
  readonly hardDeleted: Set<string>;
  /** Empty: none. */
  policy: readonly Statement[];
  /** Absent: nobody said anything, and ACLs mean what they meant before there were such controls. */
  ownership?: ObjectOwnership;
  /** Deleting a version, and switching versioning, needs a one-time code. */
  mfaDelete: boolean;
  versioning?: 'Enabled' | 'Suspended';
  encryption: BucketEncryption;
  notifications: readonly NotificationTarget[];
  /** Epoch milliseconds from which events go to EventBridge: some minutes after it was switched on. Absent: it is off. */
  eventBridgeFromMs?: number;
  replication?: ReplicationConfiguration;
  lifecycle?: LifecycleConfiguration;
  /** Absent: Object Lock was never enabled. */
  lock?: BucketLock;
}
