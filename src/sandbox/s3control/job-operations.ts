import { AwsError } from '../aws-error.ts';
import { randomUuid } from '../random.ts';
import { invalidArgument, S3Error } from '../s3/s3-error.ts';
import { buildXml, type XmlObject } from '../s3/xml.ts';
import type { Principal, SandboxResponse } from '../service.ts';
import { describeJob, listJob } from './describe-job.ts';
import { isOver, jobArn, type Job } from './job.ts';
import { parseJob } from './parse-job.ts';
import { begin, confirm, end } from './run-job.ts';
import type { ControlSite } from './s3control-service.ts';

/** A request to S3 Control that has been taken apart. */
export interface ControlCall {
  readonly principal: Principal;
  readonly region: string;
  readonly account: string;
  readonly query: URLSearchParams;
  /** Empty where the request names none. */
  readonly jobId: string;
}

/** All jobs of all Regions; each is seen in its own only. */
export interface JobRegister {
  create(call: ControlCall, xml: string): SandboxResponse;
  describe(call: ControlCall): SandboxResponse;
  list(call: ControlCall): SandboxResponse;
  updateStatus(call: ControlCall): SandboxResponse;
}

const NAMESPACE = 'http://awss3control.amazonaws.com/doc/2018-08-20/';
const MOST_RESULTS = 1000;

export function createJobRegister(site: ControlSite): JobRegister {
  const jobs = new Map<string, Job>();
  /** By account, Region and token. */
  const tokens = new Map<string, Job>();

  function allow({ principal, region }: ControlCall, action: string, resource: string): void {
    const context = action === 'iam:PassRole' ? { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' } : {};
    site.access.require({ principal, region, action, resource, context });
  }

  function requireJob(call: ControlCall, action: string): Job {
    const { jobId: id, region, account } = call;
    allow(call, action, jobArn({ id, region, account }));
    const job = jobs.get(id);
    if (job?.region === region && job.account === account) return job;
    throw new AwsError('NotFoundException', 404, 'No such job');
  }

  return {
    create(call, xml) {
      const { region, account } = call;
      allow(call, 's3:CreateJob', '*');
      const { plan, token } = parseJob(xml);
      allow(call, 'iam:PassRole', plan.role);
      const known = tokens.get(`${account} ${region} ${token}`);
      if (known !== undefined && known.request === xml) return answer('CreateJobResult', { JobId: known.id });
      if (known !== undefined)
        throw new AwsError('IdempotencyException', 400, 'The token was used for another job already');
      if (plan.operation.kind === 'replicate') checkSource(site, plan.manifest);
      const id = randomUuid(site.random);
      const createdAtMs = site.clock.now();
      const job: Job = { id, region, account, plan, request: xml, createdAtMs, status: 'New', tasks: [], results: [] };
      jobs.set(id, job);
      tokens.set(`${account} ${region} ${token}`, job);
      begin(site, job);
      return answer('CreateJobResult', { JobId: id });
    },
    describe(call) {
      const job = requireJob(call, 's3:DescribeJob');
      return answer('DescribeJobResult', { Job: describeJob(job, site.clock.now()) });
    },
    list(call) {
      const { query, region, account } = call;
      allow(call, 's3:ListJobs', '*');
      const statuses = query.getAll('jobStatuses');
      const own = [...jobs.values()]
        .filter((job) => job.region === region && job.account === account)
        .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
        .toReversed();
      const limit = Math.min(Number(query.get('maxResults') ?? MOST_RESULTS), MOST_RESULTS);
      const from = Number(query.get('nextToken') ?? 0);
      const page = own.slice(from, from + limit);
      return answer('ListJobsResult', {
        NextToken: from + limit < own.length ? String(from + limit) : undefined,
        Jobs: { member: page.map(listJob) },
      });
    },
    updateStatus(call) {
      const job = requireJob(call, 's3:UpdateJobStatus');
      const asked = call.query.get('requestedJobStatus') ?? '';
      if (asked !== 'Ready' && asked !== 'Cancelled')
        throw invalidArgument('requestedJobStatus', asked, 'A job can be made Ready or Cancelled');
      if (asked === 'Ready' ? job.status !== 'Suspended' : isOver(job))
        throw new AwsError('JobStatusException', 400, `The job is ${job.status} and cannot become ${asked}`);
      const reason = call.query.get('statusUpdateReason');
      if (reason !== null) job.statusReason = reason;
      if (asked === 'Ready') confirm(site, job);
      else end(site, job, 'Cancelled');
      const { id: JobId, status: Status, statusReason: StatusUpdateReason } = job;
      return answer('UpdateJobStatusResult', { JobId, Status, StatusUpdateReason });
    },
  };
}

/** A generated manifest needs a bucket that replicates. */
function checkSource({ s3 }: ControlSite, manifest: Job['plan']['manifest']): void {
  if (manifest.kind === 'file') return;
  const { bucket, expectedOwner } = manifest;
  const source = s3.batch.bucket(bucket);
  if (expectedOwner !== undefined && source !== undefined && source.account !== expectedOwner)
    throw new S3Error('AccessDenied', `The bucket ${bucket} does not belong to ${expectedOwner}`);
  if (source?.replication === undefined)
    throw new S3Error('InvalidRequest', `The bucket ${bucket} has no replication configuration`);
}

function answer(root: string, content: XmlObject): SandboxResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: buildXml(root, content, NAMESPACE),
  };
}
