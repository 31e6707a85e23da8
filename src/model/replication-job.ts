/** Where jobs of S3 Batch Operations are: those of one account in one Region. */
export interface JobPlace {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** One job. */
export interface JobRef extends JobPlace {
  readonly jobId: string;
}

/** What the generator of a job's manifest selects by; `NONE`: replication was never attempted. */
export type RepairStatus = 'FAILED' | 'NONE';

/** Where S3 writes down which tasks failed. */
export interface JobReport {
  readonly bucket: string;
  /** Of keys, without a slash at its end. */
  readonly prefix: string;
}

/** A Batch Replication job as Holdfast creates it. It always waits for a person to confirm it. */
export interface ReplicationJobRequest extends JobPlace {
  /** Bucket whose versions are replicated, in the Region of the job. */
  readonly source: string;
  /** ARN of a role that `batchoperations.s3.amazonaws.com` may assume. */
  readonly role: string;
  /** The job takes what has one of these statuses… */
  readonly statuses: readonly RepairStatus[];
  /** …under one of these prefixes; empty: under any… */
  readonly prefixes: readonly string[];
  /** …and was created after this time; absent: at any time. */
  readonly createdAfter?: Date;
  /** Absent: no report is written. */
  readonly report?: JobReport;
  /** At most 256 characters. */
  readonly description: string;
  /** The same token is the same job, however often it is created; at most 64 characters. */
  readonly token: string;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html */
export const JOB_STATUSES = [
  'New',
  'Preparing',
  'Suspended',
  'Ready',
  'Active',
  'Pausing',
  'Paused',
  'Completing',
  'Complete',
  'Cancelling',
  'Cancelled',
  'Failing',
  'Failed',
] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job and how far it is. `Suspended`: it waits for a person. */
export interface ReplicationJob {
  readonly jobId: string;
  readonly status: JobStatus;
  readonly description: string;
  readonly createdAt?: Date;
  /** Versions; 0 until the manifest is made. */
  readonly tasks: { readonly total: number; readonly succeeded: number; readonly failed: number };
  /** Known only of a job that was asked for by itself. */
  readonly report?: JobReport;
  /** Why the job as a whole failed. */
  readonly failure?: string;
}

/** Whether nothing more will happen to it. */
export function isOver({ status }: Pick<ReplicationJob, 'status'>): boolean {
  return status === 'Complete' || status === 'Cancelled' || status === 'Failed';
}

/** Whether S3 is still finding out what there is to do. */
export function isPreparing({ status }: Pick<ReplicationJob, 'status'>): boolean {
  return status === 'New' || status === 'Preparing';
}

/** A task that failed, from the completion report. */
export interface TaskFailure {
  readonly key: string;
  readonly versionId?: string;
  /** As S3 wrote it: a `failureReason`, mostly. */
  readonly reason: string;
}
