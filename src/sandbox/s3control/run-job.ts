import type { SandboxClock } from '../service.ts';
import { readAsRole, writeAsRole, type RoleSite, type WrittenFile } from './as-role.ts';
import { generatedManifest } from './generated-manifest.ts';
import {
  isOver,
  type Job,
  type JobTask,
  type ManifestFile,
  type ManifestGenerator,
  type ManifestOutput,
  type TaskResult,
} from './job.ts';
import { parseCsvManifest, selects, UnreadableManifest } from './manifest.ts';
import { JobFailure } from './job-failure.ts';
import { completionReport } from './report.ts';

export interface JobSite extends RoleSite {
  readonly clock: SandboxClock;
}

/** Sandbox time that each stage of a job takes. */
const STAGE_MS = 1000;
/** A job that waits so long for its confirmation is given up. */
const SUSPENSION_MS = 30 * 24 * 60 * 60_000;
const CONCURRENCY = 100;

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
  if (manifest.kind === 'generator' && !batch.may(role, 's3:PutInventoryConfiguration', { bucket: manifest.bucket }))
    throw new JobFailure('AccessDenied', `the role ${role} lacks s3:PutInventoryConfiguration`);
  job.tasks =
    manifest.kind === 'file'
      ? await readManifest(site, job, manifest)
      : batch
          .versions(manifest.bucket)
          .filter((version) => selects(manifest.filter, version))
          .map(({ key, versionId }) => ({ bucket: manifest.bucket, key, versionId }));
  if (manifest.kind === 'generator' && manifest.output !== undefined) await leaveManifest(site, job, manifest);
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

function placeOf({ bucket, expectedOwner }: ManifestOutput): Pick<WrittenFile, 'bucket' | 'expectedOwner'> {
  return { bucket, ...(expectedOwner === undefined ? {} : { expectedOwner }) };
}

/** Writes the generated list to where the job says, for people to read. */
async function leaveManifest(site: JobSite, job: Job, { bucket: source, output }: ManifestGenerator): Promise<void> {
  if (output === undefined) return;
  for (const file of generatedManifest(job, output, source)) {
    const etag = await writeAsRole(site, job, { ...placeOf(output), ...file });
    job.manifest = { arn: `arn:aws:s3:::${output.bucket}/${file.key}`, etag };
  }
}

async function readManifest(site: JobSite, job: Job, file: ManifestFile): Promise<readonly JobTask[]> {
  const { etag, content } = await readAsRole(site, job, file);
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
      job.results.push({ task, ...(await runTask(site, job, task)) });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (isOver(job)) return;
  job.status = 'Completing';
  later(site, job, () => complete(site, job));
}

async function runTask(
  { s3: { batch } }: JobSite,
  { region, plan: { operation, role } }: Job,
  task: JobTask,
): Promise<Omit<TaskResult, 'task'>> {
  const bucket = batch.bucket(task.bucket);
  if (bucket !== undefined && bucket.region !== region) return { reason: 'SrcBucketInvalidRegion' };
  if (operation.kind === 'replicate') {
    const reason = await batch.replicate(task, role);
    return reason === undefined ? {} : { reason };
  }
  const computed = await batch.compute(task, role, operation);
  if (typeof computed === 'string') return { reason: computed };
  const { base64, etag } = computed;
  return {
    message: JSON.stringify({
      checksum_base64: base64,
      etag,
      checksum_hex: Buffer.from(base64, 'base64').toString('hex').toUpperCase(),
      checksumType: operation.type,
      checksumAlgorithm: operation.algorithm,
    }),
  };
}

async function complete(site: JobSite, job: Job): Promise<void> {
  const { report } = job.plan;
  if (report.enabled) {
    for (const file of completionReport(job, new Date(site.clock.now()))) {
      await writeAsRole(site, job, { ...placeOf(report), ...file });
    }
  }
  end(site, job, 'Complete');
}
