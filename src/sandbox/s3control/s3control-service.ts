import { text } from 'node:stream/consumers';

import { AwsError, notImplemented } from '../aws-error.ts';
import type { AccessControl } from '../iam/access.ts';
import { S3Error } from '../s3/s3-error.ts';
import type { SandboxRequest, SandboxResponse, Service } from '../service.ts';
import { controlPath } from './control-address.ts';
import { findMrapOperation, MRAP_OPERATIONS, type MrapSite } from '../mrap/mrap-operations.ts';
import { createJobRegister, type ControlCall } from './job-operations.ts';
import type { JobSite } from './run-job.ts';

export interface ControlSite extends JobSite, MrapSite {
  readonly access: Pick<AccessControl, 'require'>;
}

/** Everything that the sandbox honours, by method and path; `*` is the ID of a job. */
const OPERATIONS: Readonly<Record<string, 'CreateJob' | 'DescribeJob' | 'ListJobs' | 'UpdateJobStatus'>> = {
  'POST jobs': 'CreateJob',
  'GET jobs': 'ListJobs',
  'GET jobs/*': 'DescribeJob',
  'POST jobs/*/status': 'UpdateJobStatus',
};

/** Jobs and Multi-Region Access Points of S3 Control, in all Regions. */
export function createS3Control(site: ControlSite): Service {
  const jobs = createJobRegister(site);

  async function run(request: SandboxRequest): Promise<SandboxResponse> {
    const { method, rawPath, headers, principal, region, query } = request;
    const account = headers['x-amz-account-id'] ?? '';
    if (account !== principal.account) throw new AwsError('AccessDenied', 403, 'Access Denied');
    const routed = findMrapOperation(method, controlPath(rawPath));
    const runRouted = routed === undefined ? undefined : MRAP_OPERATIONS[routed.name];
    if (routed !== undefined && runRouted !== undefined) {
      const xml = await text(request.body);
      return runRouted(site, { principal, region, account, target: routed.target, xml });
    }
    const name = operationOf(request);
    if (name === undefined) throw notImplemented(`the s3-control operation ${method} ${rawPath}`);
    const call: ControlCall = { principal, region, account, query, jobId: controlPath(rawPath)[1] ?? '' };
    switch (name) {
      case 'CreateJob':
        return jobs.create(call, await text(request.body));
      case 'DescribeJob':
        return jobs.describe(call);
      case 'ListJobs':
        return jobs.list(call);
      case 'UpdateJobStatus':
        return jobs.updateStatus(call);
      default:
        return name satisfies never;
    }
  }

  return {
    operation: (request) =>
      findMrapOperation(request.method, controlPath(request.rawPath))?.name ?? operationOf(request) ?? 'Unknown',
    async handle(request) {
      try {
        return await run(request);
      } catch (error) {
        if (error instanceof S3Error) throw new AwsError(error.code, error.status, error.message, error.details);
        throw error;
      }
    },
  };
}

function operationOf({
  method,
  rawPath,
}: Pick<SandboxRequest, 'method' | 'rawPath'>): (typeof OPERATIONS)[string] | undefined {
  const [folder = '', id, ...rest] = controlPath(rawPath);
  const path = [folder, ...(id === undefined ? [] : ['*']), ...rest].join('/');
  return OPERATIONS[`${method} ${path}`];
}
