import { gunzipSync } from 'node:zlib';

import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateJobCommand,
  DescribeJobCommand,
  ListJobsCommand,
  S3ControlClient,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
  type CreateJobCommandInput,
  type JobManifestGeneratorFilter,
} from '@aws-sdk/client-s3-control';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../../src/sandbox/cloud.ts';

const SOURCE = 'orders-use1';
const REPLICA = 'orders-euw1';
const REPORTS = 'reports-use1';
const DAY_MS = 86_400_000;

let cloud: Cloud;
let s3: S3Client;
let replicas: S3Client;
let control: S3ControlClient;
let AccountId: string;

beforeEach(async () => {
  cloud = await createCloud();
  AccountId = cloud.account;
  const config = (region: string) => ({
    region,
    endpoint: cloud.url,
    forcePathStyle: true,
    credentials: cloud.credentials,
    maxAttempts: 1,
  });
  s3 = new S3Client(config('us-east-1'));
  replicas = new S3Client(config('eu-west-1'));
  control = controlClient('us-east-1');
  for (const Bucket of [SOURCE, REPORTS]) await s3.send(new CreateBucketCommand({ Bucket }));
  await replicas.send(
    new CreateBucketCommand({ Bucket: REPLICA, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: SOURCE, VersioningConfiguration }));
  await replicas.send(new PutBucketVersioningCommand({ Bucket: REPLICA, VersioningConfiguration }));
});

afterEach(async () => {
  for (const client of [s3, replicas, control]) client.destroy();
  await cloud.close();
});

/** The client puts the account in front of any host, so the address is given as it is. */
function controlClient(region: string): S3ControlClient {
  const url = new URL(cloud.url);
  return new S3ControlClient({
    region,
    credentials: cloud.credentials,
    maxAttempts: 1,
    systemClockOffset: cloud.clock.offsetMs[0] ?? 0,
    endpointProvider: () => ({ url }),
  });
}

async function replicate(): Promise<void> {
  const rule = {
    ID: 'all',
    Status: 'Enabled',
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: { Bucket: `arn:aws:s3:::${REPLICA}` },
  } as const;
  const ReplicationConfiguration = { Role: `arn:aws:iam::${AccountId}:role/crr`, Rules: [rule] };
  await s3.send(new PutBucketReplicationCommand({ Bucket: SOURCE, ReplicationConfiguration }));
}

const put = async (Key: string) => (await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key }))).VersionId;

const statusOf = async (Key: string) =>
  (await s3.send(new HeadObjectCommand({ Bucket: SOURCE, Key }))).ReplicationStatus;

function jobOf(Filter: JobManifestGeneratorFilter, more: Partial<CreateJobCommandInput> = {}): CreateJobCommandInput {
  return {
    AccountId,
    ConfirmationRequired: false,
    Priority: 10,
    ClientRequestToken: 'again-1',
    RoleArn: `arn:aws:iam::${AccountId}:role/batch`,
    Operation: { S3ReplicateObject: {} },
    ManifestGenerator: {
      S3JobManifestGenerator: { SourceBucket: `arn:aws:s3:::${SOURCE}`, EnableManifestOutput: false, Filter },
    },
    Report: {
      Enabled: true,
      Bucket: `arn:aws:s3:::${REPORTS}`,
      Format: 'Report_CSV_20180820',
      Prefix: 'done',
      ReportScope: 'AllTasks',
    },
    ...more,
  };
}

async function create(input: CreateJobCommandInput): Promise<string> {
  const { JobId = '' } = await control.send(new CreateJobCommand(input));
  return JobId;
}

async function describeJob(JobId: string) {
  const { Job } = await control.send(new DescribeJobCommand({ AccountId, JobId }));
  return Job;
}

/** Lets sandbox time pass until the job is in this status. */
async function waitFor(JobId: string, status: string): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    if ((await describeJob(JobId))?.Status === status) return;
    await cloud.clock.advance(500);
  }
  throw new Error(`the job is ${String((await describeJob(JobId))?.Status)}, not ${status}`);
}

/** The rows of the completion report, and its manifest. */
async function reportOf(JobId: string): Promise<{ manifest: Record<string, unknown>; rows: readonly string[] }> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: REPORTS, Prefix: `done/job-${JobId}/` }));
  const read = async (Key: string | undefined) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: REPORTS, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  const rows: string[] = [];
  for (const { Key } of Contents.filter(({ Key: key }) => key?.includes('/results/')))
    rows.push(...(await read(Key)).trim().split('\n'));
  return { manifest: JSON.parse(await read(`done/job-${JobId}/manifest.json`)) as Record<string, unknown>, rows };
}

async function failOnce(...keys: readonly string[]): Promise<void> {
  for (const key of keys) cloud.faults.plant({ kind: 'fail-replication', bucket: REPLICA, key, times: 1 });
  for (const key of keys) await put(key);
  await cloud.clock.advance(1000);
  await cloud.idle();
}

describe('a batch replication job', () => {
  it('brings over what failed, and reports it', async () => {
    await replicate();
    await failOnce('a b+é', 'plain');
    const healthy = await put('healthy');
    await cloud.clock.advance(1000);
    await cloud.idle();
    expect([await statusOf('plain'), await statusOf('healthy')]).toEqual(['FAILED', 'COMPLETED']);
    const id = await create(jobOf({ EligibleForReplication: true, ObjectReplicationStatuses: ['FAILED'] }));
    await waitFor(id, 'Complete');
    expect(await describeJob(id)).toMatchObject({
      JobArn: `arn:aws:s3:us-east-1:${AccountId}:job/${id}`,
      ProgressSummary: { TotalNumberOfTasks: 2, NumberOfTasksSucceeded: 2, NumberOfTasksFailed: 0 },
      Operation: { S3ReplicateObject: {} },
    });
    expect([await statusOf('plain'), await statusOf('a b+é')]).toEqual(['COMPLETED', 'COMPLETED']);
    expect(cloud.s3.versions(REPLICA).map(({ key }) => key)).toEqual(['a b+é', 'healthy', 'plain']);
    const { manifest, rows } = await reportOf(id);
    expect(manifest).toMatchObject({
      Format: 'Report_CSV_20180820',
      Results: [
        { TaskExecutionStatus: 'succeeded', Bucket: REPORTS, MD5Checksum: expect.stringMatching(/^[0-9a-f]{32}$/) },
      ],
      ReportSchema: 'Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage',
    });
    expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual([
      [SOURCE, 'a+b%2B%C3%A9'],
      [SOURCE, 'plain'],
    ]);
    expect(rows.join('\n')).not.toContain(healthy);
    // HTTP status before error code, whatever the schema says: so S3 writes it.
    expect(rows[1]).toMatch(/,succeeded,200,,Successful$/);
  });

  it('waits for its confirmation, and says meanwhile how much there is', async () => {
    await replicate();
    await failOnce('k');
    const id = await create(jobOf({ ObjectReplicationStatuses: ['FAILED'] }, { ConfirmationRequired: true }));
    await waitFor(id, 'Suspended');
    await cloud.clock.advance(60_000);
    expect(await describeJob(id)).toMatchObject({
      Status: 'Suspended',
      SuspendedCause: 'AwaitingConfirmation',
      ProgressSummary: { TotalNumberOfTasks: 1, NumberOfTasksSucceeded: 0 },
    });
    expect(await statusOf('k')).toBe('FAILED');
    await control.send(new UpdateJobStatusCommand({ AccountId, JobId: id, RequestedJobStatus: 'Ready' }));
    await waitFor(id, 'Complete');
    expect(await statusOf('k')).toBe('COMPLETED');
  });

  it.each([
    [
      'by a person',
      async (JobId: string) =>
        control.send(new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus: 'Cancelled' })),
    ],
    ['after thirty days', async () => cloud.clock.advance(30 * DAY_MS)],
  ] as const)('that is not confirmed is cancelled %s', async (_, cancel) => {
    await replicate();
    await failOnce('k');
    const id = await create(jobOf({}, { ConfirmationRequired: true }));
    await waitFor(id, 'Suspended');
    await cancel(id);
    control.destroy();
    control = controlClient('us-east-1');
    expect((await describeJob(id))?.Status).toBe('Cancelled');
    await expect(
      control.send(new UpdateJobStatusCommand({ AccountId, JobId: id, RequestedJobStatus: 'Ready' })),
    ).rejects.toMatchObject({ name: 'JobStatusException' });
    expect(cloud.s3.versions(SOURCE)).toMatchObject([{ key: 'k', replicationStatus: 'FAILED' }]);
  });

  it('names the reason of what it could not bring over', async () => {
    await replicate();
    await failOnce('refused');
    cloud.faults.plant({ kind: 'fail-replication', bucket: REPLICA, key: 'refused', reason: 'DstKmsKeyInvalidState' });
    const gone = await put('gone');
    await cloud.clock.advance(1000);
    await cloud.idle();
    await replicas.send(new DeleteObjectCommand({ Bucket: REPLICA, Key: 'gone', VersionId: gone }));
    const id = await create(jobOf({ ObjectReplicationStatuses: ['FAILED', 'COMPLETED'] }));
    await waitFor(id, 'Complete');
    const { rows } = await reportOf(id);
    expect(rows.map((row) => row.split(',').slice(3, 6))).toEqual(
      expect.arrayContaining([
        ['failed', '400', 'DstObjectHardDeleted'],
        ['failed', '400', 'DstKmsKeyInvalidState'],
      ]),
    );
    expect(await describeJob(id)).toMatchObject({ ProgressSummary: { NumberOfTasksFailed: 2 } });
    expect(await statusOf('refused')).toBe('FAILED');
  });

  it('brings over what was there before the rule, and what got lost without a word', async () => {
    await put('before');
    await replicate();
    cloud.faults.plant({ kind: 'lose-replica', bucket: REPLICA });
    await put('lost');
    await cloud.clock.advance(1000);
    await cloud.idle();
    expect([await statusOf('before'), await statusOf('lost')]).toEqual([undefined, 'COMPLETED']);
    expect(cloud.s3.versions(REPLICA)).toEqual([]);
    for (const { id } of cloud.faults.list()) cloud.faults.remove(id);
    const id = await create(jobOf({ EligibleForReplication: true, ObjectReplicationStatuses: ['NONE', 'COMPLETED'] }));
    await waitFor(id, 'Complete');
    expect(cloud.s3.versions(REPLICA).map(({ key }) => key)).toEqual(['before', 'lost']);
    expect(await statusOf('before')).toBe('COMPLETED');
  });

  it.each([
    ['a prefix', { KeyNameConstraint: { MatchAnyPrefix: ['in/', 'x'] } }, ['in/one']],
    ['a suffix', { KeyNameConstraint: { MatchAnySuffix: ['two'] } }, ['out/two']],
    ['a time', { CreatedAfter: new Date(Date.now() + DAY_MS) }, []],
    ['a size', { ObjectSizeGreaterThanBytes: 6 }, ['out/two']],
    ['eligibility', { EligibleForReplication: false }, []],
    ['nothing', {}, ['in/one', 'out/two']],
  ] as const)('lists by %s', async (_, filter, expected) => {
    await put('in/one');
    await put('out/two');
    await replicate();
    const id = await create(jobOf(filter as JobManifestGeneratorFilter));
    await waitFor(id, 'Complete');
    expect(cloud.s3.versions(REPLICA).map(({ key }) => key)).toEqual(expected);
  });

  it('goes by a CSV manifest as well', async () => {
    const versionId = await put('a b');
    await put('other');
    await replicate();
    const Body = `${SOURCE},a%20b,${versionId}\n${SOURCE},missing,${versionId}\n`;
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket: REPORTS, Key: 'list.csv', Body }));
    const { ManifestGenerator: _, ...rest } = jobOf({});
    const Manifest = {
      Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key', 'VersionId'] },
      Location: { ObjectArn: `arn:aws:s3:::${REPORTS}/list.csv`, ETag },
    } as const;
    const id = await create({
      ...rest,
      Manifest: { ...Manifest, Spec: { ...Manifest.Spec, Fields: [...Manifest.Spec.Fields] } },
    });
    await waitFor(id, 'Complete');
    expect(cloud.s3.versions(REPLICA).map(({ key }) => key)).toEqual(['a b']);
    expect((await reportOf(id)).rows.map((row) => row.split(',').slice(3, 6))).toEqual(
      expect.arrayContaining([
        ['succeeded', '200', ''],
        ['failed', '404', 'SrcKeyNotFound'],
      ]),
    );
  });

  it('leaves the list that it made where somebody wants to read it', async () => {
    await put('a b');
    await replicate();
    const ManifestOutputLocation = {
      Bucket: `arn:aws:s3:::${REPORTS}`,
      ManifestPrefix: 'lists',
      ManifestFormat: 'S3InventoryReport_CSV_20211130',
      ManifestEncryption: { SSES3: {} },
    } as const;
    const SourceBucket = `arn:aws:s3:::${SOURCE}`;
    const ManifestGenerator = {
      S3JobManifestGenerator: { SourceBucket, EnableManifestOutput: true, ManifestOutputLocation },
    };
    const id = await create(jobOf({}, { ManifestGenerator }));
    await waitFor(id, 'Complete');
    const descriptor = (await describeJob(id))?.GeneratedManifestDescriptor;
    const Key = descriptor?.Location?.ObjectArn?.replace(`arn:aws:s3:::${REPORTS}/`, '');
    const read = async (key: string | undefined) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: REPORTS, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const { files } = JSON.parse((await read(Key)).toString()) as { files: { key: string }[] };
    const rows = gunzipSync(await read(files[0]?.key)).toString();
    expect(rows).toMatch(new RegExp(`^"${SOURCE}","a\\+b","[^"]+"\\n$`));
  });

  it('is the same job where the same token comes again', async () => {
    await replicate();
    const input = jobOf({});
    const id = await create(input);
    expect(await create(input)).toBe(id);
    await expect(create({ ...input, Priority: 11 })).rejects.toMatchObject({ name: 'IdempotencyException' });
    const other = await create({ ...input, ClientRequestToken: 'again-2' });
    const { Jobs } = await control.send(new ListJobsCommand({ AccountId }));
    expect(Jobs?.map(({ JobId }) => JobId)).toEqual([other, id]);
    await waitFor(id, 'Complete');
    const { Jobs: active } = await control.send(new ListJobsCommand({ AccountId, JobStatuses: ['Suspended'] }));
    expect(active ?? []).toEqual([]);
  });

  it('fails where its role cannot be assumed, and where it may not begin', async () => {
    await replicate();
    await failOnce('k');
    const iam = new IAMClient({ region: 'us-east-1', endpoint: cloud.url, credentials: cloud.credentials });
    const trust = (Service: string) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] });
    await iam.send(new CreateRoleCommand({ RoleName: 'batch', AssumeRolePolicyDocument: trust('s3.amazonaws.com') }));
    const refused = await create(jobOf({}));
    await waitFor(refused, 'Failed');
    expect((await describeJob(refused))?.FailureReasons).toMatchObject([{ FailureCode: 'AccessDenied' }]);
    await iam.send(
      new CreateRoleCommand({ RoleName: 'half', AssumeRolePolicyDocument: trust('batchoperations.s3.amazonaws.com') }),
    );
    const statement = { Effect: 'Allow', Action: ['s3:PutInventoryConfiguration', 's3:PutObject'], Resource: '*' };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'half',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Statement: [statement] }),
      }),
    );
    const RoleArn = `arn:aws:iam::${AccountId}:role/half`;
    const half = await create(jobOf({}, { RoleArn, ClientRequestToken: 'half' }));
    await waitFor(half, 'Complete');
    expect((await reportOf(half)).rows[0]).toContain(',failed,403,InitiateReplicationNotPermitted,');
    const silent = { ...statement, Action: ['s3:PutInventoryConfiguration', 's3:InitiateReplication'] };
    const PolicyDocument = JSON.stringify({ Statement: [silent] });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'half', PolicyName: 'p', PolicyDocument }));
    const unreported = await create(jobOf({}, { RoleArn, ClientRequestToken: 'unreported' }));
    await waitFor(unreported, 'Failed');
    expect((await describeJob(unreported))?.FailureReasons).toMatchObject([
      { FailureCode: 'AccessDenied', FailureReason: expect.stringContaining('s3:PutObject') },
    ]);
    iam.destroy();
  });
});

describe('the expected owner', () => {
  const other = '999999999999';

  it('of the source is checked at once', async () => {
    await replicate();
    const SourceBucket = `arn:aws:s3:::${SOURCE}`;
    const generator = { SourceBucket, EnableManifestOutput: false, ExpectedBucketOwner: other };
    const ManifestGenerator = { S3JobManifestGenerator: generator };
    await expect(create(jobOf({}, { ManifestGenerator }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('of the report is checked when it is written', async () => {
    await replicate();
    await failOnce('k');
    const { Report, ...job } = jobOf({});
    const id = await create({ ...job, Report: { ...Report, Enabled: true, ExpectedBucketOwner: other } });
    await waitFor(id, 'Failed');
    expect((await describeJob(id))?.FailureReasons).toMatchObject([{ FailureCode: 'AccessDenied' }]);
  });
});

describe('S3 Control', () => {
  it('refuses a source without rules, another Region, another account and what it does not know', async () => {
    await expect(create(jobOf({}))).rejects.toMatchObject({ name: 'InvalidRequest' });
    await replicate();
    const id = await create(jobOf({}));
    const elsewhere = controlClient('eu-west-1');
    await expect(elsewhere.send(new DescribeJobCommand({ AccountId, JobId: id }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    elsewhere.destroy();
    await expect(control.send(new DescribeJobCommand({ AccountId: '999999999999', JobId: id }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(
      control.send(new UpdateJobPriorityCommand({ AccountId, JobId: id, Priority: 1 })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
    await expect(
      create({ ...jobOf({}), Operation: { S3DeleteObjectTagging: {} }, ClientRequestToken: 'other' }),
    ).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('S3DeleteObjectTagging') });
    expect(
      cloud
        .requests()
        .filter(({ service }) => service === 's3-control')
        .map(({ operation }) => operation),
    ).toEqual(expect.arrayContaining(['CreateJob', 'DescribeJob', 'Unknown']));
  });

  it('leaves a bucket of its own name alone', async () => {
    const Bucket = 'v20180820';
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'jobs', Body: 'mine' }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'jobs' }));
    expect(await Body?.transformToString()).toBe('mine');
  });
});
