import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

import { createCloud, type Cloud } from '../../../src/sandbox/cloud.ts';
import { resolveTemplate } from '../../infrastructure/resolved.ts';
import { lambda, packStack, type PackagedStack, REQUIRE } from '../packaged-stack.ts';
import { signedJson } from '../signed-json.ts';

export const REGION = 'us-east-1';
const CONFIG = 'test/infrastructure/audits.yml';

/** Files of the bucket for reports, for workers that stand in for those of Holdfast. */
const FILES = `${REQUIRE}
const { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const s3 = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
const Bucket = process.env.REPORTS_BUCKET;
const put = (Key, value) => s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(value) }));
const keysUnder = async (Prefix) => ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key);
`;

/** What workers do is chosen by the name of the audit: five shards, planned by the rules of the contract with the machine. */
const WORKERS = {
  'audit-plan': `${FILES}
export async function handler({ audit, execution, startedAt }) {
  const run = 'run-' + execution;
  if (audit === 'held') return { kind: 'skipped', reason: 'another run is under way' };
  if (audit === 'dear') return { kind: 'refused', reason: 'it would cost too much' };
  if (audit === 'new-version') return { kind: 'postponed' };
  if (audit === 'unplannable') throw new TypeError('no plan');
  const todoKey = 'audits/' + audit + '/' + run + '/todo-1.json';
  await put('audits/' + audit + '/' + run + '/plan.json', { startedAt });
  if (audit !== 'unlisted') await put(todoKey, [0, 1, 2, 3, 4].map((shard) => ({ shard })));
  return { kind: 'planned', audit, run, bucket: Bucket, todoKey, shards: 5, round: 1, concurrency: 2 };
}`,
  'audit-shard': `${FILES}
export async function handler({ audit, run, shard }, { awsRequestId }) {
  const folder = 'audits/' + audit + '/' + run + '/';
  const tries = (await keysUnder(folder + 'tries/' + shard + '-')).length + 1;
  await put(folder + 'tries/' + shard + '-' + awsRequestId, {});
  if (audit === 'shaky' && shard === 1 && tries <= 2) throw new Error('not yet');
  if (audit === 'hopeless' && shard === 2) throw new Error('never');
  if (audit === 'slow' && shard === 3 && tries === 1) return { shard, done: false, reason: 'time' };
  await put(folder + 'shards/00000' + shard + '.ndjson', { shard });
  return { shard, done: true };
}`,
  'audit-report': `${FILES}
export async function handler({ audit, run, round, execution, error }) {
  if (error !== undefined) {
    await put('audits/' + audit + '/given-up-' + execution + '.json', { run, error });
    return {};
  }
  const folder = 'audits/' + audit + '/' + run + '/';
  if (audit === 'unreportable') throw new RangeError('too much');
  const done = (await keysUnder(folder + 'shards/')).map((key) => Number(key.slice(-8, -7)));
  const missing = [0, 1, 2, 3, 4].filter((shard) => !done.includes(shard));
  if (missing.length === 0 || round >= 3) return { kind: 'finished', complete: missing.length === 0, missing };
  const todoKey = folder + 'todo-' + (round + 1) + '.json';
  await put(todoKey, missing.map((shard) => ({ shard })));
  return { kind: 'again', audit, run, bucket: Bucket, todoKey, round: round + 1 };
}`,
} as const;

/** Everything of infra/ that audits are made of, as for one Region of the configuration, with workers that stand in. */
async function resourcesOf(): Promise<Readonly<Record<string, object>>> {
  const template = await resolveTemplate(CONFIG, REGION);
  const kept = /^(?:Audit(?:Plan|Shard|Report|Scheduler)Role|AuditMachine|Reports|Ledger|AlertTopic$|ScheduleGroup$)/;
  const own = [...template].filter(([id]) => kept.test(id) || id.endsWith('AuditSchedule'));
  const functions = Object.keys(WORKERS).map((name) => {
    const id = `AuditDash${name.slice('audit-'.length)}LambdaFunction`;
    const roleId = name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const properties = {
      FunctionName: `holdfast-test-${name}`,
      Role: { 'Fn::GetAtt': [`${roleId}Role`, 'Arn'] },
      Environment: { Variables: { REPORTS_BUCKET: { Ref: 'ReportsBucket' } } },
    };
    return [id, lambda(name, properties)] as const;
  });
  return Object.fromEntries<object>([...own, ...functions]);
}

/** An execution as the API describes it. */
export interface Described {
  readonly executionArn: string;
  readonly name: string;
  readonly status: string;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface AuditStage {
  readonly cloud: Cloud;
  readonly machineArn: string;
  readonly bucket: string;
  /** Starts an audit, and plays until it has ended. */
  run(audit: string): Promise<Described>;
  ask(operation: string, input: object): Promise<{ readonly status: number; readonly body: unknown }>;
  keys(prefix: string): Promise<readonly string[]>;
  json(key: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Steps of the clock: longer than each retry and each pause, so that few are needed. */
const STEP_MS = 121_000;
const MOST_STEPS = 60;

export async function setAuditStage(): Promise<AuditStage> {
  const cloud = await createCloud();
  const stack: PackagedStack = await packStack({ resources: await resourcesOf(), functions: WORKERS, region: REGION });
  const { resources } = await cloud.deploy(stack);
  const machineArn = resources['AuditMachine']?.ref ?? '';
  const bucket = resources['ReportsBucket']?.ref ?? '';
  const s3 = new S3Client({
    region: REGION,
    endpoint: cloud.url,
    credentials: cloud.credentials,
    forcePathStyle: true,
  });
  const ask: AuditStage['ask'] = (operation, input) =>
    signedJson(cloud, { service: 'states', target: `AWSStepFunctions.${operation}`, region: REGION, input });

  async function describe(executionArn: string): Promise<Described> {
    return (await ask('DescribeExecution', { executionArn })).body as Described;
  }

  return {
    cloud,
    machineArn,
    bucket,
    ask,
    async run(audit) {
      const { body } = await ask('StartExecution', { stateMachineArn: machineArn, input: JSON.stringify({ audit }) });
      const { executionArn } = body as { executionArn: string };
      for (let step = 0; step < MOST_STEPS; step += 1) {
        await cloud.idle();
        const described = await describe(executionArn);
        if (described.status !== 'RUNNING') return described;
        await cloud.clock.advance(STEP_MS);
      }
      throw new Error(`${audit} does not end`);
    },
    async keys(Prefix) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },
    async json(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? 'null') as unknown;
    },
    async close() {
      await cloud.close();
      await stack.remove();
      s3.destroy();
    },
  };
}
