import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWatchClients } from '../../src/adapters/aws/watch-clients.ts';
import { parseFailures } from '../../src/adapters/aws/job-report.ts';
import { createS3ControlJobs } from '../../src/adapters/aws/s3-control-jobs.ts';
import type { ReplicationJobRequest } from '../../src/model/replication-job.ts';
import type { ReplicationJobs } from '../../src/ports.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const ACCOUNT = '111122223333';
const AT = { account: ACCOUNT, region: 'us-east-1' };
const REQUEST: ReplicationJobRequest = {
  ...AT,
  source: 'orders-use1',
  role: `arn:aws:iam::${ACCOUNT}:role/repair`,
  statuses: ['FAILED'],
  prefixes: ['a & b/～'],
  report: { bucket: 'ops', prefix: 'again' },
  description: 'holdfast repair orders: orders-use1 --failed [0123]',
  token: 'token-1',
};
const KEYS = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n';
const NAMESPACE = 'xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"';

let server: ScriptedServer;
let folder: string;
let hosts: string[];
let answer: (request: ReceivedRequest) => Answer;
const call = { signal: new AbortController().signal };

beforeEach(async () => {
  answer = () => ({ body: `<CreateJobResult ${NAMESPACE}><JobId>job-1</JobId></CreateJobResult>` });
  server = await startScriptedServer((request) => answer(request));
  folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  hosts = [];
  const connect = net.Socket.prototype.connect;
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...args: unknown[]) {
    const [first] = args.flat() as { host?: string; port?: number }[];
    hosts.push(`${first?.host}:${first?.port}`);
    return Reflect.apply(connect, this, args) as net.Socket;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  await server.close();
});

function jobs(options: { readonly endpoint?: string } = { endpoint: server.endpoint }): ReplicationJobs {
  return createS3ControlJobs(createWatchClients({ customEndpoint: true, maxAttempts: 1, ...options }));
}

const WAYS: Readonly<Record<string, () => Promise<{ readonly endpoint?: string }>>> = {
  AWS_ENDPOINT_URL: async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
    return {};
  },
  'an option': async () => ({ endpoint: server.endpoint }),
  'the profile': async () => {
    const file = join(folder, 'config');
    await writeFile(file, `[profile sandbox]\nendpoint_url = ${server.endpoint}\n${KEYS}`);
    vi.stubEnv('AWS_CONFIG_FILE', file);
    vi.stubEnv('AWS_PROFILE', 'sandbox');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined); // with keys in the environment the SDK does not look at the profile
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    return {};
  },
};

it.each(Object.entries(WAYS))('never leaves an endpoint from %s, although the SDK would', async (_, setUp) => {
  const options = await setUp();
  expect(await jobs(options).create(REQUEST, call)).toBe('job-1');
  expect(new Set(hosts)).toEqual(new Set([new URL(server.endpoint).host]));
  expect(server.requests[0]?.headers['x-amz-account-id']).toBe(ACCOUNT);
});

it('goes to the host of the account where no endpoint is set', async () => {
  const client = await createWatchClients({ customEndpoint: false }).s3control('us-east-1');
  client.middlewareStack.add(
    () => async (args) => {
      const { hostname } = args.request as { hostname: string };
      throw new Error(hostname);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(createS3ControlJobs(fromClient(client)).create(REQUEST, call)).rejects.toThrow(
    `${ACCOUNT}.s3-control.us-east-1.amazonaws.com`,
  );
});

type Clients = Parameters<typeof createS3ControlJobs>[0];

function fromClient(client: Awaited<ReturnType<Clients['s3control']>>): Clients {
  return { ...createWatchClients({ customEndpoint: false }), s3control: async () => client };
}

describe('create', () => {
  it('sends a job that waits for a person', async () => {
    await jobs().create(REQUEST, call);
    const { method, url, body = '' } = server.requests[0] ?? {};
    expect([method, url]).toEqual(['POST', '/v20180820/jobs']);
    for (const part of [
      '<ConfirmationRequired>true</ConfirmationRequired>',
      '<ClientRequestToken>token-1</ClientRequestToken>',
      '<SourceBucket>arn:aws:s3:::orders-use1</SourceBucket>',
      '<ObjectReplicationStatuses><member>FAILED</member></ObjectReplicationStatuses>',
      '<MatchAnyPrefix><member>a &amp; b/～</member></MatchAnyPrefix>',
      '<Prefix>again</Prefix>',
    ]) {
      expect(body).toContain(part);
    }
  });

  it('says what S3 refused', async () => {
    const error = '<Error><Code>InvalidRequest</Code><Message>no such role</Message></Error>';
    answer = () => ({ status: 400, body: `<ErrorResponse ${NAMESPACE}>${error}</ErrorResponse>` });
    await expect(jobs().create(REQUEST, call)).rejects.toMatchObject({
      name: 'HoldfastError',
      operation: 'ReplicationJobs.create',
      message: expect.stringContaining('InvalidRequest'),
    });
  });

  it('does not take an answer without a job for one', async () => {
    answer = () => ({ body: `<CreateJobResult ${NAMESPACE}/>` });
    await expect(jobs().create(REQUEST, call)).rejects.toMatchObject({ kind: 'unexpected' });
  });
});

function aJob(status: string, more = ''): string {
  const progress =
    '<ProgressSummary><TotalNumberOfTasks>3</TotalNumberOfTasks><NumberOfTasksSucceeded>2</NumberOfTasksSucceeded>' +
    '<NumberOfTasksFailed>1</NumberOfTasksFailed></ProgressSummary>';
  return `<JobId>job-1</JobId><Status>${status}</Status><Description>again</Description>${progress}${more}`;
}

describe('job', () => {
  const describedAs = (content: string): void => {
    answer = () => ({ body: `<DescribeJobResult ${NAMESPACE}>${content}</DescribeJobResult>` });
  };

  it('says how far it is, where it reports, and why it failed', async () => {
    const report = '<Report><Enabled>true</Enabled><Bucket>arn:aws:s3:::ops</Bucket><Prefix>again</Prefix></Report>';
    const failure =
      '<FailureReasons><member><FailureCode>AccessDenied</FailureCode><FailureReason>role</FailureReason></member></FailureReasons>';
    describedAs(`<Job>${aJob('Failed', `${report}${failure}<CreationTime>2026-11-02T00:00:00Z</CreationTime>`)}</Job>`);
    expect(await jobs().job({ ...AT, jobId: 'job-1' }, call)).toEqual({
      state: 'present',
      value: {
        jobId: 'job-1',
        status: 'Failed',
        description: 'again',
        createdAt: new Date('2026-11-02T00:00:00Z'),
        tasks: { total: 3, succeeded: 2, failed: 1 },
        report: { bucket: 'ops', prefix: 'again' },
        failure: 'AccessDenied: role',
      },
    });
  });

  it('knows a job that says little', async () => {
    describedAs('<Job><JobId>job-1</JobId><Status>New</Status><Report><Enabled>false</Enabled></Report></Job>');
    expect(await jobs().job({ ...AT, jobId: 'job-1' }, call)).toEqual({
      state: 'present',
      value: { jobId: 'job-1', status: 'New', description: '', tasks: { total: 0, succeeded: 0, failed: 0 } },
    });
  });

  it('is absent where there is none', async () => {
    answer = () => ({
      status: 404,
      body: '<ErrorResponse><Error><Code>NotFoundException</Code></Error></ErrorResponse>',
    });
    expect(await jobs().job({ ...AT, jobId: 'job-1' }, call)).toEqual({ state: 'absent' });
    describedAs('');
    expect(await jobs().job({ ...AT, jobId: 'job-1' }, call)).toEqual({ state: 'absent' });
  });

  it('does not guess what an unknown status means', async () => {
    describedAs(`<Job>${aJob('Dreaming')}</Job>`);
    await expect(jobs().job({ ...AT, jobId: 'job-1' }, call)).rejects.toMatchObject({ kind: 'unexpected' });
  });
});

it('lists page by page', async () => {
  answer = ({ url }) => {
    const isSecond = url.includes('nextToken=more');
    const token = isSecond ? '' : '<NextToken>more</NextToken>';
    const member = `<member>${aJob(isSecond ? 'Complete' : 'Suspended')}</member>`;
    return { body: `<ListJobsResult ${NAMESPACE}>${token}<Jobs>${member}</Jobs></ListJobsResult>` };
  };
  const found = [];
  for await (const { status } of jobs().list(AT, call)) found.push(status);
  expect(found).toEqual(['Suspended', 'Complete']);
});

it('confirms by making a job ready, with the reason', async () => {
  answer = () => ({ body: `<UpdateJobStatusResult ${NAMESPACE}><Status>Ready</Status></UpdateJobStatusResult>` });
  await jobs().confirm({ ...AT, jobId: 'job-1' }, call);
  expect(server.requests[0]?.url).toBe(
    '/v20180820/jobs/job-1/status?requestedJobStatus=Ready&statusUpdateReason=confirmed%20by%20holdfast%20repair',
  );
});

describe('the completion report', () => {
  const report = { bucket: 'ops', prefix: 'again', jobId: 'job-1', region: 'us-east-1' };

  it('names the failed tasks', async () => {
    const results = [
      { TaskExecutionStatus: 'succeeded', Key: 'good.csv' },
      { TaskExecutionStatus: 'failed', Key: 'again/job-1/results/bad.csv' },
      'nonsense',
    ];
    answer = ({ url }) =>
      url.includes('manifest.json')
        ? { body: JSON.stringify({ Results: results }) }
        : { body: 'orders-use1,a+b%2B,v1,failed,403,DstPutTaggingNotPermitted,"no, not allowed"\n' };
    expect(await jobs().failures(report, call)).toEqual({
      state: 'present',
      value: [{ key: 'a b+', versionId: 'v1', reason: 'DstPutTaggingNotPermitted' }],
    });
    expect(server.requests.map(({ url }) => url.split('?')[0])).toEqual([
      '/ops/again/job-job-1/manifest.json',
      '/ops/again/job-1/results/bad.csv',
    ]);
  });

  it('is absent where none was written', async () => {
    answer = () => ({ status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' });
    expect(await jobs().failures({ ...report, prefix: '' }, call)).toEqual({ state: 'absent' });
    expect(server.requests[0]?.url).toContain('/ops/job-job-1/manifest.json');
  });

  it.each([
    ['the code last', 'b,k,v,failed,404,SrcKeyNotFound,"m"', { key: 'k', versionId: 'v', reason: 'SrcKeyNotFound' }],
    ['the code first', 'b,k,v,failed,SrcKeyNotFound,404,"m"', { key: 'k', versionId: 'v', reason: 'SrcKeyNotFound' }],
    ['in quotes', '"b","k","","failed","404","SrcKeyNotFound","m"', { key: 'k', reason: 'SrcKeyNotFound' }],
    ['a status alone', 'b,k,v,failed,500,,"m"', { key: 'k', versionId: 'v', reason: '500' }],
    ['nothing', 'b,k,v,failed,,,', { key: 'k', versionId: 'v', reason: 'unknown' }],
  ])('reads a row with %s', (_, row, expected) => {
    expect(parseFailures(`${row}\r\n\n`)).toEqual([expected]);
  });
});
