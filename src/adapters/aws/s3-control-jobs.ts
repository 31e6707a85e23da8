import type { JobDescriptor, JobListDescriptor, ListJobsResult } from '@aws-sdk/client-s3-control';
import { HoldfastError } from '../../errors.ts';
import { toJobDocument } from '../../model/job-document.ts';
import { present } from '../../model/observation.ts';
import { JOB_STATUSES, type JobStatus, type ReplicationJob } from '../../model/replication-job.ts';
import type { ReplicationJobs } from '../../ports.ts';
import type { WatchClients } from './watch-clients.ts';
import { readJobFailures } from './job-report.ts';
import { toFailure, translateError } from './translate-error.ts';

/**
 * Jobs of S3 Batch Replication.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-batch.html
 */
export function createS3ControlJobs(clients: Pick<WatchClients, 's3control' | 's3'>): ReplicationJobs {
  /** The commands come with the client, which is loaded when somebody repairs. */
  const connect = async (region: string) =>
    Promise.all([clients.s3control(region), import('@aws-sdk/client-s3-control')] as const);
  return {
    async create(request, { signal }) {
      const [client, { CreateJobCommand }] = await connect(request.region);
      const { JobId } = await client
        .send(new CreateJobCommand(toJobDocument(request)), { abortSignal: signal })
        .catch(translated('ReplicationJobs.create'));
      if (JobId !== undefined) return JobId;
      throw new HoldfastError('unexpected', 'ReplicationJobs.create', 'expected the ID of a job, got none');
    },
    async job({ account, region, jobId }, { signal }) {
      const [client, { DescribeJobCommand }] = await connect(region);
      try {
        const command = new DescribeJobCommand({ AccountId: account, JobId: jobId });
        const { Job: job } = await client.send(command, { abortSignal: signal });
        return job === undefined ? { state: 'absent' } : present({ ...toJob(job), ...toDetails(job) });
      } catch (error) {
        const { status, code } = toFailure(error);
        if (status === 404 || code === 'NotFoundException') return { state: 'absent' };
        throw translateError(error, 'ReplicationJobs.job');
      }
    },
    async *list({ account, region }, { signal }) {
      const [client, { ListJobsCommand }] = await connect(region);
      let token: string | undefined;
      do {
        const command = new ListJobsCommand({
          AccountId: account,
          ...(token === undefined ? {} : { NextToken: token }),
        });
        const page: ListJobsResult = await client
          .send(command, { abortSignal: signal })
          .catch(translated('ReplicationJobs.list'));
        yield* (page.Jobs ?? []).map((job) => toJob(job));
        token = page.NextToken;
      } while (token !== undefined);
    },
    async confirm({ account, region, jobId }, { signal }) {
      const [client, { UpdateJobStatusCommand }] = await connect(region);
      const command = new UpdateJobStatusCommand({
        AccountId: account,
        JobId: jobId,
        RequestedJobStatus: 'Ready',
        StatusUpdateReason: 'confirmed by holdfast repair',
      });
      await client.send(command, { abortSignal: signal }).catch(translated('ReplicationJobs.confirm'));
    },
    failures: async (report, call) => readJobFailures(clients.s3(report.region), report, call),
  };
}

function translated(operation: string): (error: unknown) => never {
  return (error) => {
    throw translateError(error, operation);
  };
}

function toJob(job: JobListDescriptor | JobDescriptor): ReplicationJob {
  const { JobId, Status, Description = '', CreationTime, ProgressSummary: progress } = job;
  return {
    jobId: JobId ?? '',
    status: toStatus(Status),
    description: Description,
    ...(CreationTime === undefined ? {} : { createdAt: CreationTime }),
    tasks: {
      total: progress?.TotalNumberOfTasks ?? 0,
      succeeded: progress?.NumberOfTasksSucceeded ?? 0,
      failed: progress?.NumberOfTasksFailed ?? 0,
    },
  };
}

function toStatus(status: string | undefined): JobStatus {
  const known = JOB_STATUSES.find((one) => one === status);
  if (known !== undefined) return known;
  const text = `expected a status of a job, got ${status ?? 'none'}`;
  throw new HoldfastError('unexpected', 'ReplicationJobs.job', text);
}

function toDetails({ Report: report, FailureReasons: reasons }: JobDescriptor): Partial<ReplicationJob> {
  const failure = (reasons ?? [])
    .map(({ FailureCode, FailureReason }) => `${FailureCode}: ${FailureReason}`)
    .join('; ');
  return {
    ...(report?.Enabled === true && report.Bucket !== undefined
      ? { report: { bucket: report.Bucket.replace(/^arn:[^:]*:s3:::/, ''), prefix: report.Prefix ?? '' } }
      : {}),
    ...(failure === '' ? {} : { failure }),
  };
}
