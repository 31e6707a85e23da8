import type { ChecksumOrder } from '../s3/compute-checksum.ts';

/** What a job does to each version of its manifest. */
export type JobOperation = { readonly kind: 'replicate' } | ({ readonly kind: 'compute-checksum' } & ChecksumOrder);

/** What a job is asked to do, as `CreateJob` says it. */
export interface JobPlan {
  readonly operation: JobOperation;
  readonly confirmationRequired: boolean;
  readonly priority: number;
  readonly description: string;
  /** ARN. */
  readonly role: string;
  readonly manifest: ManifestFile | ManifestGenerator;
  readonly report: JobReport;
}

/** A list that somebody made: CSV, in the order of `fields`. */
export interface ManifestFile {
  readonly kind: 'file';
  readonly fields: readonly ManifestField[];
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** Without quotes; the object must still have it when the job reads it. */
  readonly etag: string;
}

export type ManifestField = 'Bucket' | 'Key' | 'VersionId' | 'Ignore';

/** A list that S3 makes of one bucket. */
export interface ManifestGenerator {
  readonly kind: 'generator';
  readonly bucket: string;
  /** Account that the bucket must belong to; likewise below. */
  readonly expectedOwner?: string;
  readonly filter: ManifestFilter;
  /** Where the list is left for people to read; absent: nowhere. */
  readonly output?: ManifestOutput;
}

export interface ManifestOutput {
  readonly bucket: string;
  readonly expectedOwner?: string;
  readonly prefix: string;
}

/** Members left out let everything through. */
export interface ManifestFilter {
  readonly eligibleForReplication?: boolean;
  readonly createdAfterMs?: number;
  readonly createdBeforeMs?: number;
  /** `NONE` are versions that were never replicated. */
  readonly replicationStatuses?: readonly string[];
  readonly prefixes?: readonly string[];
  readonly suffixes?: readonly string[];
  readonly substrings?: readonly string[];
  readonly largerThanBytes?: number;
  readonly smallerThanBytes?: number;
  readonly storageClasses?: readonly string[];
}

export interface JobReport {
  readonly enabled: boolean;
  readonly bucket: string;
  readonly expectedOwner?: string;
  readonly prefix: string;
  readonly failedOnly: boolean;
}

export type JobStatus =
  | 'New'
  | 'Preparing'
  | 'Suspended'
  | 'Ready'
  | 'Active'
  | 'Completing'
  | 'Complete'
  | 'Cancelled'
  | 'Failed';

export interface JobTask {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

export interface TaskResult {
  readonly task: JobTask;
  /** Absent where it succeeded. */
  readonly reason?: string;
  /** What it has come to; absent: nothing but success. */
  readonly message?: string;
}

/** A job and how far it is. */
export interface Job {
  readonly id: string;
  readonly region: string;
  readonly account: string;
  readonly plan: JobPlan;
  /** As `CreateJob` sent it: given back word for word, and compared where a token comes again. */
  readonly request: string;
  readonly createdAtMs: number;
  status: JobStatus;
  statusReason?: string;
  /** Where the generated list was left. */
  manifest?: { readonly arn: string; readonly etag: string };
  failure?: { readonly code: string; readonly reason: string };
  tasks: readonly JobTask[];
  /** In the order in which they ended. */
  readonly results: TaskResult[];
  suspendedAtMs?: number;
  activeAtMs?: number;
  terminatedAtMs?: number;
}

export function jobArn({ id, region, account }: Pick<Job, 'id' | 'region' | 'account'>): string {
  return `arn:aws:s3:${region}:${account}:job/${id}`;
}

/** Whether nothing more will happen to a job. */
export function isOver({ status }: Job): boolean {
  return status === 'Complete' || status === 'Cancelled' || status === 'Failed';
}
