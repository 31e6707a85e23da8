import assert from 'node:assert/strict';
import { GetObjectCommand, HeadObjectCommand, PutBucketReplicationCommand } from '@aws-sdk/client-s3';
import {
  CreateJobCommand,
  DescribeJobCommand,
  ListJobsCommand,
  UpdateJobStatusCommand,
  type CreateJobCommandInput,
  type JobDescriptor,
} from '@aws-sdk/client-s3-control';
import { eventually } from '../../support/eventually.ts';
import { createBucket, put, setVersioning } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

interface FailedVersion {
  readonly source: string;
  readonly destination: string;
  readonly reports: string;
  readonly versionId: string;
}

/** A version whose replication failed, and whose destination has been put right since. */
async function failVersion(cloud: Cloud): Promise<FailedVersion> {
  const source = await createBucket(cloud, { versioned: true });
  const reports = await createBucket(cloud);
  const destination = await createBucket(cloud, { region: cloud.abroad, versioned: true });
  const rule = {
    ID: 'all',
    Priority: 1,
    Status: 'Enabled',
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: `arn:aws:s3:::${destination}` },
  } as const;
  const ReplicationConfiguration = { Role: `arn:aws:iam::${cloud.account}:role/replication`, Rules: [rule] };
  await cloud.s3(cloud.home).send(new PutBucketReplicationCommand({ Bucket: source, ReplicationConfiguration }));
  const suspend = { bucket: destination, region: cloud.abroad } as const;
  await setVersioning(cloud, { ...suspend, status: 'Suspended' });
  const { versionId } = await put(cloud, { bucket: source, key: 'k' });
  await eventually(async () => ((await statusOf(cloud, source)) === 'FAILED' ? true : undefined));
  await setVersioning(cloud, { ...suspend, status: 'Enabled' });
  return { source, destination, reports, versionId };
}

async function statusOf(cloud: Cloud, source: string): Promise<string | undefined> {
  const head = await cloud.s3(cloud.home).send(new HeadObjectCommand({ Bucket: source, Key: 'k' }));
  return head.ReplicationStatus;
}

function jobOf(cloud: Cloud, { source, reports }: FailedVersion): CreateJobCommandInput {
  return {
    AccountId: cloud.account,
    ConfirmationRequired: true,
    Priority: 10,
    ClientRequestToken: `restore ${source}`,
    RoleArn: `arn:aws:iam::${cloud.account}:role/batch`,
    Operation: { S3ReplicateObject: {} },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        SourceBucket: `arn:aws:s3:::${source}`,
        EnableManifestOutput: false,
        Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ['FAILED'] },
      },
    },
    Report: {
      Enabled: true,
      Bucket: `arn:aws:s3:::${reports}`,
      Format: 'Report_CSV_20180820',
      Prefix: 'done',
      ReportScope: 'AllTasks',
    },
  };
}

async function create(cloud: Cloud, input: CreateJobCommandInput): Promise<string> {
  const { JobId: id = '' } = await cloud.s3control(cloud.home).send(new CreateJobCommand(input));
  return id;
}

async function waitFor(cloud: Cloud, id: string, status: string): Promise<JobDescriptor> {
  return eventually(
    async () => {
      // The SDK sends a command of this client once only.
      const command = new DescribeJobCommand({ AccountId: cloud.account, JobId: id });
      const { Job: job } = await cloud.s3control(cloud.home).send(command);
      return job?.Status === status ? job : undefined;
    },
    { timeoutMs: 15_000 },
  );
}

export const batchJobCases: Cases = {
  'a batch replication job waits for its confirmation, and says how much there is': async (cloud) => {
    const failed = await failVersion(cloud);
    const id = await create(cloud, jobOf(cloud, failed));
    const job = await waitFor(cloud, id, 'Suspended');
    assert.deepEqual([job.ProgressSummary?.TotalNumberOfTasks, job.ProgressSummary?.NumberOfTasksSucceeded], [1, 0]);
    assert.equal(await statusOf(cloud, failed.source), 'FAILED');
  },
  'a batch replication job brings over what failed, and reports it': async (cloud) => {
    const failed = await failVersion(cloud);
    const control = cloud.s3control(cloud.home);
    const id = await create(cloud, jobOf(cloud, failed));
    await waitFor(cloud, id, 'Suspended');
    const confirmation = { AccountId: cloud.account, JobId: id, RequestedJobStatus: 'Ready' } as const;
    await control.send(new UpdateJobStatusCommand(confirmation));
    const job = await waitFor(cloud, id, 'Complete');
    assert.equal(job.ProgressSummary?.NumberOfTasksSucceeded, 1);
    const replica = { Bucket: failed.destination, Key: 'k', VersionId: failed.versionId };
    assert.equal((await cloud.s3(cloud.abroad).send(new HeadObjectCommand(replica))).ReplicationStatus, 'REPLICA');
    assert.match((await statusOf(cloud, failed.source)) ?? '', /^COMPLETED?$/);
    const manifest = { Bucket: failed.reports, Key: `done/job-${id}/manifest.json` };
    const { Body: body } = await cloud.s3(cloud.home).send(new GetObjectCommand(manifest));
    const { Results: results } = JSON.parse((await body?.transformToString()) ?? '') as {
      Results: readonly { readonly TaskExecutionStatus: string }[];
    };
    assert.deepEqual(
      results.map(({ TaskExecutionStatus: status }) => status),
      ['succeeded'],
    );
  },
  'the same token is the same job, and every job is listed': async (cloud) => {
    const input = jobOf(cloud, await failVersion(cloud));
    const id = await create(cloud, input);
    assert.equal(await create(cloud, input), id);
    const { Jobs: jobs = [] } = await cloud
      .s3control(cloud.home)
      .send(new ListJobsCommand({ AccountId: cloud.account }));
    assert.equal(jobs.filter(({ JobId: one }) => one === id).length, 1);
  },
  'a job that is not there is not found': async (cloud) => {
    const command = new DescribeJobCommand({ AccountId: cloud.account, JobId: '00000000-0000-4000-a000-000000000000' });
    await refused(cloud.s3control(cloud.home).send(command), { status: 404, code: 'NotFoundException' });
  },
};
