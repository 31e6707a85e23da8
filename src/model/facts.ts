import type { Checksum, ChecksumAlgorithm } from './checksum.ts';
import type { Encryption } from './encryption.ts';
import type { ETag } from './etag.ts';
import type { ObjectEvent } from './event.ts';
import type { Finding } from './finding.ts';
import type { Look, Reach } from './look.ts';
import type { Observation, UnreadableReason } from './observation.ts';
import type { Evidence } from './config.ts';

/** `FAILED` is final; transient trouble stays `PENDING`. */
export type ReplicationStatus = 'PENDING' | 'COMPLETED' | 'FAILED' | 'REPLICA';

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
  /** Where a reading goes on that was longer than the time of one function: opaque, see `Look.resume`. */
  readonly unfinished?: string;
}

/** What a check may ask for. */
export type FactName = 'source' | 'parts' | 'declared' | 'baseline' | 'content';

/** What one look showed. */
export interface Inspection {
  readonly look: Look;
  readonly facts: ObjectFacts;
  readonly findings: readonly Finding[];
}
