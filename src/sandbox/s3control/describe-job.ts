import type { XmlObject } from '../s3/xml.ts';
import { MANIFEST_FORMAT } from './parse-job.ts';
import { jobArn, type Job, type JobOperation } from './job.ts';

/** How `DescribeJob` shows a job. What `CreateJob` said comes back as far as the sandbox honours it. */
export function describeJob(job: Job, nowMs: number): XmlObject {
  const { plan, failure } = job;
  const { report, manifest } = plan;
  return {
    JobId: job.id,
    JobArn: jobArn(job),
    ConfirmationRequired: plan.confirmationRequired,
    Description: plan.description,
    Status: job.status,
    Operation: describeOperation(plan.operation),
    Priority: plan.priority,
    RoleArn: plan.role,
    CreationTime: new Date(job.createdAtMs).toISOString(),
    TerminationDate: toTime(job.terminatedAtMs),
    SuspendedDate: toTime(job.suspendedAtMs),
    SuspendedCause: job.status === 'Suspended' ? 'AwaitingConfirmation' : undefined,
    StatusUpdateReason: job.statusReason,
    FailureReasons:
      failure === undefined ? undefined : { member: { FailureCode: failure.code, FailureReason: failure.reason } },
    ProgressSummary: { ...progress(job), Timers: { ElapsedTimeInActiveSeconds: activeSeconds(job, nowMs) } },
    GeneratedManifestDescriptor:
      job.manifest === undefined
        ? undefined
        : { Format: MANIFEST_FORMAT, Location: { ObjectArn: job.manifest.arn, ETag: job.manifest.etag } },
    Report: report.enabled
      ? {
          Enabled: true,
          Bucket: `arn:aws:s3:::${report.bucket}`,
          Format: 'Report_CSV_20180820',
          Prefix: report.prefix,
          ReportScope: report.failedOnly ? 'FailedTasksOnly' : 'AllTasks',
        }
      : { Enabled: false },
    ...(manifest.kind === 'file'
      ? {
          Manifest: {
            Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: { member: manifest.fields } },
            Location: { ObjectArn: `arn:aws:s3:::${manifest.bucket}/${manifest.key}`, ETag: manifest.etag },
          },
        }
      : {}),
  };
}

/** How `ListJobs` shows it. */
export function listJob(job: Job): XmlObject {
  return {
    JobId: job.id,
    Description: job.plan.description,
    Operation: job.plan.operation.kind === 'replicate' ? 'S3ReplicateObject' : 'S3ComputeObjectChecksum',
    Priority: job.plan.priority,
    Status: job.status,
    CreationTime: new Date(job.createdAtMs).toISOString(),
    TerminationDate: toTime(job.terminatedAtMs),
    ProgressSummary: progress(job),
  };
}

function describeOperation(operation: JobOperation): XmlObject {
  if (operation.kind === 'replicate') return { S3ReplicateObject: {} };
  const { algorithm, type } = operation;
  return { S3ComputeObjectChecksum: { ChecksumAlgorithm: algorithm, ChecksumType: type } };
}

function progress({ tasks, results }: Job): XmlObject {
  const failed = results.filter(({ reason }) => reason !== undefined).length;
  return {
    TotalNumberOfTasks: tasks.length,
    NumberOfTasksSucceeded: results.length - failed,
    NumberOfTasksFailed: failed,
  };
}

function activeSeconds({ activeAtMs, terminatedAtMs }: Job, nowMs: number): number {
  return activeAtMs === undefined ? 0 : Math.floor(((terminatedAtMs ?? nowMs) - activeAtMs) / 1000);
}

function toTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
