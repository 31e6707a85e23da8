import { createHash } from 'node:crypto';
import {
  type JobReport,
  type RepairStatus,
  type ReplicationJob,
  type ReplicationJobRequest,
} from '../model/replication-job.ts';
import type { Call, ReplicationJobs } from '../ports.ts';
import type { RepairScope } from './repair-scope.ts';
import type { RepairSelection } from './repair-selection.ts';

/** Which versions are meant, in the words of the command line. */
export type RepairMode = 'failed' | 'missing' | 'existing' | 'from';

/** What a job of each mode takes: a replica that S3 believes to be there (COMPLETED) is nothing that a job brings back. */
export const STATUSES: Readonly<Record<RepairMode, readonly RepairStatus[]>> = {
  failed: ['FAILED'],
  missing: ['FAILED', 'NONE'],
  existing: ['NONE'],
  from: ['FAILED', 'NONE'],
};

export interface JobWish {
  readonly scope: RepairScope;
  readonly mode: RepairMode;
  readonly selection: RepairSelection;
  /** Keys of a report: then the prefix is not enough. */
  readonly reportedKeys?: readonly string[];
}

/** Two runs agree in it if they mean the same versions, so that the second finds the job of the first. */
export function tagOf({ scope, mode, selection, reportedKeys }: JobWish): string {
  const { prefix, since } = selection;
  return digest([scope.pair, scope.source.bucket, mode, prefix, since?.toISOString() ?? '', reportedKeys ?? []], 12);
}

/** What a person sees in the console of S3, and what finds the job again: lists of jobs do not show tokens. */
export function describeJob({ scope, mode }: JobWish, tag: string): string {
  return `${describePair(scope)} --${mode} [${tag}]`;
}

function describePair({ pair, source }: Pick<RepairScope, 'pair' | 'source'>): string {
  return `holdfast repair ${pair}: ${source.bucket}`;
}

/** Whether a job was created by `holdfast repair` for this pair. */
export function isJobOf({ description }: ReplicationJob, scope: Pick<RepairScope, 'pair' | 'source'>): boolean {
  return description.startsWith(`${describePair(scope)} `);
}

/** The latest job for the same versions; `undefined`: there was none within the last 90 days. */
export async function findJob(
  jobs: ReplicationJobs,
  { scope, tag }: { readonly scope: RepairScope; readonly tag: string },
  call: Call,
): Promise<ReplicationJob | undefined> {
  const { account, region } = scope.source;
  let latest: ReplicationJob | undefined;
  for await (const job of jobs.list({ account, region }, call)) {
    if (!isJobOf(job, scope) || !job.description.endsWith(`[${tag}]`)) continue;
    if (latest === undefined || timeOf(job) > timeOf(latest)) latest = job;
  }
  return latest;
}

function timeOf({ createdAt }: ReplicationJob): number {
  return createdAt?.getTime() ?? 0;
}

export interface JobMeans {
  readonly role: string;
  readonly report?: JobReport;
  readonly prefixes: readonly string[];
  /** The finished job for the same versions, after which this one comes. */
  readonly after?: ReplicationJob;
}

/** The job for these versions. The token follows from what it is: a crash between two runs creates no second job. */
export function toRequest(wish: JobWish, { role, report, prefixes, after }: JobMeans): ReplicationJobRequest {
  const { scope, mode, selection } = wish;
  const { account, region, bucket } = scope.source;
  const tag = tagOf(wish);
  return {
    account,
    region,
    source: bucket,
    role,
    statuses: STATUSES[mode],
    prefixes,
    ...(selection.since === undefined ? {} : { createdAfter: selection.since }),
    ...(report === undefined ? {} : { report }),
    description: describeJob(wish, tag),
    token: `holdfast-${tag}-${digest([role, report ?? null, prefixes, after?.jobId ?? ''], 12)}`,
  };
}

function digest(parts: readonly unknown[], length: number): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, length);
}
