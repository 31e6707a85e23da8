import type { LifecycleRule, ReplicationSettings } from './bucket-settings.ts';
import type { Checksum, ChecksumAlgorithm } from './checksum.ts';
import type { Encryption } from './encryption.ts';
import type { ETag } from './etag.ts';
import type { ObjectEvent } from './event.ts';
import type { Finding } from './finding.ts';
import type { Link } from './link.ts';
import type { Look, Reach } from './look.ts';
import type { Observation, UnreadableReason } from './observation.ts';
import type { PendingVersion } from './pending.ts';
import type { Evidence } from './config.ts';

/** `FAILED` is final; transient trouble stays `PENDING`. */
export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA';

/** Retention and legal hold of one version. */
export interface ObjectLock {
  /** `GOVERNANCE` or `COMPLIANCE`. */
  readonly mode?: string;
  readonly retainUntilAt?: Date;
  readonly legalHold?: boolean;
}

/** What the headers of a HEAD or GET say about one object version. */
export interface ObjectState {
  readonly versionId?: string;
  readonly sizeBytes: number;
  readonly etag: ETag;
  /** Stored by S3; empty where none is stored or none was asked for. */
  readonly checksums: readonly Checksum[];
  readonly encryption: Encryption;
  readonly kmsKeyId?: string;
  readonly bucketKeyEnabled?: boolean;
  /** `STANDARD` where S3 leaves it out. */
  readonly storageClass: string;
  /** Absent where the bytes can be read at once, a restored copy included. */
  readonly archive?: 'archived' | 'restoring';
  /** Resolution of one second; for a multipart object when the upload was *initiated*. Never a replication time. */
  readonly lastModifiedAt: Date;
  readonly replicationStatus?: ReplicationStatus;
  readonly contentEncoding?: string;
  /** System metadata that the writer sets, by lower-case header name, without Content-Encoding; absent: none. */
  readonly system?: Readonly<Record<string, string>>;
  /** Absent: none, or our role may not see it. */
  readonly lock?: ObjectLock;
  /** Number of tags; absent: none, or our role may not see them. */
  readonly tagCount?: number;
  /** What a lifecycle rule of the bucket is going to do to this current version (`x-amz-expiration`). */
  readonly expiration?: { readonly expiresAt: Date; readonly ruleId: string };
  /** User metadata, names in lower case without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One part of a multipart object, as S3 reports it. */
export interface Part {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Stored by S3 with the part; empty where the object has no additional checksum. */
  readonly checksums: readonly Checksum[];
}

/** A digest that somebody declared for the content: evidence only because configuration says so. */
export interface DeclaredDigest {
  readonly from: 'metadata' | 'side-file' | 'manifest';
  /** Name of the metadata entry, or key of the file. */
  readonly where: string;
  readonly algorithm: ChecksumAlgorithm;
  readonly base64: string;
}

/** A file that may declare a digest and could not be read. */
export interface UnreadDeclaration {
  readonly from: 'side-file' | 'manifest';
  /** Its key. */
  readonly where: string;
  readonly reason: UnreadableReason;
}

/** What we computed ourselves when we first read a version for which S3 stores nothing to compare with. */
export interface Baseline {
  readonly algorithm: ChecksumAlgorithm;
  readonly base64: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModifiedAt: Date;
  readonly recordedAt: Date;
}

/** Digests of one part as we read it. */
export interface PartReading {
  readonly sizeBytes: number;
  readonly digests: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
}

/** What one pass over the bytes gave; values are base64 unless their name says otherwise. */
export interface ContentReading {
  readonly sizeBytes: number;
  readonly whole: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** By the real part sizes, in order; present only where the plan asked for it. */
  readonly parts?: readonly PartReading[];
  /** `<hex>-<N>` over the parts. */
  readonly multipartETag?: string;
  /** The checksum of part checksums. */
  readonly composite?: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
}

/** Who may do what with one version, as far as ACLs say it. */
export interface ObjectAcl {
  /** Canonical user ID. */
  readonly owner: string;
  /** `<grantee> <permission>`, sorted. */
  readonly grants: readonly string[];
}

/** One look at what a link has made of a version. */
export interface ReplicaFacts {
  readonly link: Link;
  /** The replica under the version ID of its source. */
  readonly replica: Observation<ObjectState>;
  /** The current version of the key at the destination: where the replica is absent, and in two-way pairs. */
  readonly current?: Observation<ObjectState>;
  /** The current version of the key at the source; in two-way pairs only. */
  readonly sourceCurrent?: Observation<ObjectState>;
  /** Whether each side has the other's current version, where they differ; absent where nobody has asked. */
  readonly exchanged?: Observation<boolean>;
  /** Tags of both sides; absent where they were not asked for. */
  readonly tags?: {
    readonly source: Observation<Readonly<Record<string, string>>>;
    readonly replica: Observation<Readonly<Record<string, string>>>;
  };
  /** ACLs of both sides; absent where they were not asked for, and where ownership makes them void. */
  readonly acl?: { readonly source: Observation<ObjectAcl>; readonly replica: Observation<ObjectAcl> };
  /** Object Lock of the replica, asked for by name where its headers show another one than those of the source. */
  readonly lock?: Observation<ObjectLock>;
  /** Real parts of both sides, where the evidence of two layouts has to be brought together. */
  readonly parts?: {
    readonly source: Observation<readonly Part[]>;
    readonly replica: Observation<readonly Part[]>;
  };
  /** CRCs of the whole, as they follow from those of the parts; absent where the parts were not asked for. */
  readonly combined?: { readonly source: readonly Checksum[]; readonly replica: readonly Checksum[] };
  /** Rules of the source bucket; absent where they were not asked for. */
  readonly rules?: Observation<ReplicationSettings>;
  /** Lifecycle rules of both buckets; `absent`: there are none. Absent where they were not asked for. */
  readonly lifecycle?: {
    readonly source: Observation<readonly LifecycleRule[]>;
    readonly destination: Observation<readonly LifecycleRule[]>;
  };
}

/** How long a replica has been waited for. */
export interface ReplicaDue {
  /** Since the creation event, in milliseconds; of a version without a known event since `lastModifiedAt`. */
  readonly ageMs: number;
  /** Whether this is the last look of the chain. */
  readonly last: boolean;
  /** No creation event is known: multipart objects get an extra grace, because their time is that of the initiation. */
  readonly eventUnknown?: true;
}

/** What stands behind a statement of S3 about a replication. */
export interface ReportFacts {
  readonly link: Link;
  /** Rules of the source bucket; absent where S3 could not be asked. */
  readonly rules?: Observation<ReplicationSettings>;
}

/** Everything that was gathered about one object version: the only input of a check. */
export interface ObjectFacts {
  readonly event: ObjectEvent;
  readonly reach: Reach;
  /** The rung of the evidence ladder that the policy of this prefix asks for. */
  readonly asked: Evidence;
  /** Set on a second, independent reading of a difference. */
  readonly confirming: boolean;
  /** Absent where nothing was looked at, because the event itself is the finding. */
  readonly source?: Observation<ObjectState>;
  /** Real parts, where they were needed. */
  readonly parts?: Observation<readonly Part[]>;
  readonly declared: readonly DeclaredDigest[];
  /** Absent where every file that may declare a digest was read, or is not there. */
  readonly unreadDeclarations?: readonly UnreadDeclaration[];
  readonly baseline?: Baseline;
  /** Absent where nothing was read, or not to the end. */
  readonly content?: Observation<ContentReading>;
  /** Only where S3 reports on the replication over a link of the configuration. */
  readonly report?: ReportFacts;
  /** One per link that this look follows; absent where none is. */
  readonly replicas?: readonly ReplicaFacts[];
  /** Of a replica that has just arrived: what our own list of pending versions says of it; absent where it was not asked. */
  readonly awaited?: readonly PendingVersion[];
  /** When it was looked; absent where nothing was. Ages are counted from the event to here. */
  readonly lookedAt?: Date;
  /** Set on a look that follows replicas. */
  readonly due?: ReplicaDue;
  /** Where a reading goes on that was longer than the time of one function: opaque, see `Look.resume`. */
  readonly unfinished?: string;
}

/** What a check may ask for. */
export type FactName = 'source' | 'parts' | 'declared' | 'baseline' | 'content' | 'replicas';

/** What one look showed. */
export interface Inspection {
  readonly look: Look;
  readonly facts: ObjectFacts;
  readonly findings: readonly Finding[];
}
