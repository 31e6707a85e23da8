import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { randomText } from '../random.ts';
import type { S3Service } from '../s3/s3-service.ts';
import type { SandboxClock, SandboxResponse } from '../service.ts';
import { isOver, type Job, type JobTask, type ManifestFile } from './job.ts';
import { parseCsvManifest, selects, UnreadableManifest } from './manifest.ts';
import { completionReport } from './report.ts';

/** Sandbox time that each stage of a job takes. */
const STAGE_MS = 1000;
/** A job that waits so long for its confirmation is given up. */
const SUSPENSION_MS = 30 * 24 * 60 * 60_000;
const CONCURRENCY = 100;

export interface JobSite {
  readonly clock: SandboxClock;
  readonly random: () => number;
  readonly s3: Pick<S3Service, 'batch' | 'handle'>;
}

/** What ends a job before it has done anything. */
class JobFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Starts a job that was just created: the manifest first, then what is in it, unless somebody has to confirm that. */
export function begin(site: JobSite, job: Job): void {
  later(site, job, () => {
    job.status = 'Preparing';
    later(site, job, () => prepare(site, job));
  });
}

/** Goes on with a job that was confirmed. */
export function confirm(site: JobSite, job: Job): void {
  job.status = 'Ready';
  later(site, job, () => work(site, job));
}

export function end(site: JobSite, job: Job, status: 'Complete' | 'Cancelled' | 'Failed'): void {
  job.status = status;
  job.terminatedAtMs = site.clock.now();
}

function later(site: JobSite, job: Job, stage: () => void | Promise<void>): void {
  site.clock.schedule(STAGE_MS, async () => {
    if (isOver(job)) return;
    try {
      await stage();
    } catch (error) {
      job.failure = {
        code: error instanceof JobFailure ? error.code : 'InternalError',
        reason: error instanceof Error ? error.message : String(error),
      };
      end(site, job, 'Failed');
    }
  });
}

async function prepare(site: JobSite, job: Job): Promise<void> {
  const { batch } = site.s3;
  const { manifest, role, confirmationRequired } = job.plan;
  if (!batch.mayAssume(role, manifest.bucket))
    throw new JobFailure('AccessDenied', `the role ${role} cannot be assumed`);
  if (manifest.kind === 'generator' && !batch.may(role, 's3:PutInventoryConfiguration', manifest.bucket))
    throw new JobFailure('AccessDenied', `the role ${role} lacks s3:PutInventoryConfiguration`);
  job.tasks =
    manifest.kind === 'file'
      ? await readManifest(site, job, manifest)
      : batch
          .versions(manifest.bucket)
          .filter((version) => selects(manifest.filter, version))
          .map(({ key, versionId }) => ({ bucket: manifest.bucket, key, versionId }));
  if (!confirmationRequired) {
    confirm(site, job);
    return;
  }
  job.status = 'Suspended';
  job.suspendedAtMs = site.clock.now();
  site.clock.schedule(SUSPENSION_MS, () => {
    if (job.status === 'Suspended') end(site, job, 'Cancelled');
  });
}

async function readManifest(site: JobSite, job: Job, file: ManifestFile): Promise<readonly JobTask[]> {
  const response = await asRole(site, job, { method: 'GET', ...file });
  const etag = response.headers?.['etag']?.replaceAll('"', '');
  if (response.status !== 200 || !(response.body instanceof Readable))
    throw new JobFailure('ManifestNotFound', `the manifest cannot be read: ${response.status}`);
  const content = await text(response.body);
  if (etag !== file.etag) throw new JobFailure('InvalidManifestContent', `the ETag of the manifest is ${etag}`);
  try {
    return parseCsvManifest(content, file);
  } catch (error) {
    if (!(error instanceof UnreadableManifest)) throw error;
    throw new JobFailure('InvalidManifestContent', error.message);
  }
}

async function work(site: JobSite, job: Job): Promise<void> {
  job.status = 'Active';
  job.activeAtMs = site.clock.now();
  const queue = job.tasks.values();
  const worker = async (): Promise<void> => {
    for (const task of queue) {
      // Cancelled meanwhile: what is under way ends, nothing new begins.
      if (isOver(job)) return;
      const reason = await runTask(site, job, task);
      job.results.push({ task, ...(reason === undefined ? {} : { reason }) });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (isOver(job)) return;
  job.status = 'Completing';
  later(site, job, () => complete(site, job));
}

async function runTask({ s3: { batch } }: JobSite, { region, plan }: Job, task: JobTask): Promise<string | undefined> {
  const bucket = batch.bucket(task.bucket);
  if (bucket !== undefined && bucket.region !== region) return 'SrcBucketInvalidRegion';
  return await batch.replicate(task, plan.role);
}

async function complete(site: JobSite, job: Job): Promise<void> {
  const { report } = job.plan;
  if (report.enabled) {
    for (const file of completionReport(job, new Date(site.clock.now()))) {
      const { status } = await asRole(site, job, { method: 'PUT', bucket: report.bucket, ...file });
      if (status >= 300) throw new JobFailure('ReportNotWritten', `the report cannot be written: ${status}`);
    }
  }
  end(site, job, 'Complete');
}

interface RoleRequest {
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly body?: string;
}

/** A request to S3 that the job makes under its role. */
async function asRole({ s3, random }: JobSite, { plan, region }: Job, request: RoleRequest): Promise<SandboxResponse> {
  const { method, bucket, key, versionId, body = '' } = request;
  const content = Buffer.from(body);
  return await s3.handle({
    service: 's3',
    region: s3.batch.bucket(bucket)?.region ?? region,
    principal: s3.batch.principal(plan.role),
    method,
    rawPath: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
    query: new URLSearchParams(versionId === undefined ? [] : [['versionId', versionId]]),
    headers:
      method === 'PUT' ? { 'content-length': String(content.length), 'x-amz-server-side-encryption': 'AES256' } : {},
    body: Readable.from([content]),
    host: '127.0.0.1',
    requestId: randomText(random, 16, '0123456789ABCDEF'),
  });
}
