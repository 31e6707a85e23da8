import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sceneryOf } from '../../demo/scenery.ts';
import { setStage, type Stage } from '../../demo/stage.ts';
import { upload } from '../../demo/upload.ts';
import { signedJson } from '../sandbox/signed-json.ts';
import { compareAccess, type Roles, type RoleStatement } from './compare-access.ts';
import { packaged } from './packaged.ts';
import { isMeant } from './unexercised.ts';
import { UNEXERCISED_BY_AUDITS } from './unexercised-by-audits.ts';

const CONFIG = 'test/infrastructure/least-privilege.yml';
const REGION = 'us-east-1';
const SOURCE = 'orders-use1';
const REPLICA = 'orders-euw1';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';
const MIB = 1024 * 1024;
/** Longer than each wait in a run: between two looks, two attempts, two rounds. */
const STEP_MS = 130_000;
const MOST_STEPS = 60;
const FUNCTIONS = ['audit-plan', 'audit-shard', 'audit-report', 'audit-machine', 'audit-scheduler'];

interface Ended {
  readonly name: string;
  readonly status: string;
  readonly output?: string;
  readonly cause?: string;
}

let stage: Stage;
let roles: Roles;
let first: Ended;
let second: Ended;
let overlapping: Ended;

beforeAll(async () => {
  const folder = await packaged(CONFIG);
  const scenery = { ...sceneryOf(await readFile(CONFIG, 'utf8')), stage: 'test', isWired: false };
  stage = await setStage({ port: 0, seed: 1, stacks: join(folder, 'stacks'), scenery, progress: () => undefined });
  roles = await readRoles();
  await fill();
  first = await ended(await start());
  // All attempts of the first round, and then whatever becomes of two that end at any moment.
  const functionName = 'audit-shard';
  stage.cloud.faults.plant({ kind: 'throttle', service: 'lambda', operation: 'Invoke', functionName, times: 9 });
  stage.cloud.faults.plant({ kind: 'crash-function', functionName, times: 2 });
  const arn = await start();
  const beside = await start();
  second = await ended(arn);
  overlapping = await ended(beside);
}, 300_000);

afterAll(async () => stage.close());

async function readRoles(): Promise<Roles> {
  const read = FUNCTIONS.map(async (name): Promise<[string, readonly RoleStatement[]]> => {
    const RoleName = `holdfast-test-${name}-${REGION}`;
    const { PolicyDocument = '' } = await stage.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'own' }));
    const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as { Statement: readonly RoleStatement[] };
    return [RoleName, Statement];
  });
  return new Map(await Promise.all(read));
}

/** Versions of every kind, of which one has lost its replica and one was damaged at its replica. */
async function fill(): Promise<void> {
  const s3 = stage.s3(REGION);
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket: SOURCE,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
    }),
  );
  const put = async (Key: string, options: object = {}): Promise<void> =>
    void (await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: `content of ${Key}`, ...options })));
  stage.cloud.faults.plant({ kind: 'lose-replica', bucket: REPLICA, key: 'b/lost', times: 1 });
  for (const folder of ['a', 'b', 'c', 'd']) {
    for (let index = 0; index < 3; index += 1) await put(`${folder}/${index}`);
    await put(`${folder}/plain`, { ServerSideEncryption: 'AES256', Tagging: 'team=storage' });
    await s3.send(new DeleteObjectCommand({ Bucket: SOURCE, Key: `${folder}/0` }));
  }
  await put('b/lost');
  // The role that replicates here may use no bucket keys.
  await put('a/bucket-key', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY, BucketKeyEnabled: true });
  await upload(s3, SOURCE, {
    key: 'c/parts',
    content: () => new Uint8Array(6 * MIB).fill(7),
    partSizes: [5 * MIB, MIB],
    checksum: 'SHA1',
    checksumType: 'COMPOSITE',
  });
  await stage.cloud.clock.advance(STEP_MS);
  await stage.cloud.idle();
  await stage.cloud.s3.corrupt({ bucket: REPLICA, key: 'd/1' }, { kind: 'flip' });
  await stage.cloud.clock.advance(STEP_MS);
  await stage.cloud.idle();
}

const MACHINE = `arn:aws:states:${REGION}:111122223333:stateMachine:holdfast-test-audit`;

function ask(operation: string, input: object): Promise<{ readonly body: unknown }> {
  const target = `AWSStepFunctions.${operation}`;
  return signedJson(stage.cloud, { service: 'states', target, region: REGION, input });
}

async function start(): Promise<string> {
  const { body } = await ask('StartExecution', { stateMachineArn: MACHINE, input: '{"audit":"weekly"}' });
  return (body as { readonly executionArn: string }).executionArn;
}

async function ended(executionArn: string): Promise<Ended> {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await stage.cloud.idle();
    const described = (await ask('DescribeExecution', { executionArn })).body as Ended;
    if (described.status !== 'RUNNING') return described;
    await stage.cloud.clock.advance(STEP_MS);
  }
  throw new Error('the audit does not end');
}

const BUCKET = `holdfast-test-reports-111122223333-${REGION}`;

async function keysUnder(Prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await stage.s3(REGION).send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
  return Contents.map(({ Key = '' }) => Key);
}

async function textOf(Key: string): Promise<string> {
  const { Body } = await stage.s3(REGION).send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return (await Body?.transformToString()) ?? '';
}

/** Where the report of a run is, by its name. */
const runOf = ({ output = '{}' }: Ended): string => String((JSON.parse(output) as { readonly run?: string }).run);

interface Found {
  readonly code: string;
  readonly object: { readonly key: string };
}

async function findingsOf(run: string): Promise<readonly string[]> {
  const lines = (await textOf(`audits/weekly/${run}/report.ndjson`)).trim().split('\n');
  const found = lines.map((line) => JSON.parse(line) as Found & { readonly kind: string });
  return found.filter(({ kind }) => kind === 'finding').map(({ code, object }) => `${code} ${object.key}`);
}

describe('an audit by the clock, as it is deployed', () => {
  it('finds what is wrong with a pair, and nothing else', async () => {
    expect(first).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(first.output ?? '')).toMatchObject({ kind: 'finished', complete: true, violated: 3 });
    expect((await findingsOf(runOf(first))).toSorted()).toEqual([
      'content-differs-from-checksum d/1',
      'replica-missing b/lost',
      'replication-failed a/bucket-key',
    ]);
  });

  it('finds the same with the same root when functions are refused and crash on the way, in one round more', async () => {
    expect(second).toMatchObject({ status: 'SUCCEEDED' });
    const [one, other] = [first, second].map(({ output }) => JSON.parse(output ?? '') as { readonly root: string });
    expect(other?.root).toBe(one?.root);
    expect(await findingsOf(runOf(second))).toEqual(await findingsOf(runOf(first)));
    const rounds = await Promise.all(
      [first, second].map(async (run) => keysUnder(`audits/weekly/${runOf(run)}/todo-`)),
    );
    expect(rounds.map(({ length }) => length)).toEqual([1, 2]);
  });

  it('is not made beside another run of it', () => {
    expect(JSON.parse(overlapping.output ?? '')).toMatchObject({ kind: 'skipped' });
  });

  it('keeps its report for people and for programs, where nobody can change it', async () => {
    for (const name of ['report.ndjson', 'report.html', 'summary.json']) {
      const Key = `audits/weekly/${runOf(first)}/${name}`;
      const { Retention } = await stage.s3(REGION).send(new GetObjectRetentionCommand({ Bucket: BUCKET, Key }));
      expect([name, Retention?.Mode]).toEqual([name, 'GOVERNANCE']);
    }
    expect(await textOf(`audits/weekly/${runOf(first)}/report.html`)).toContain('b/lost');
  });
});

describe('the roles of audits', () => {
  it('are asked for nothing that they may not do', () => {
    expect(compareAccess(roles, stage.cloud.access()).missing).toEqual([]);
  });

  it('may do nothing that they are not asked for, but for what this play does not reach', () => {
    const { unused } = compareAccess(roles, stage.cloud.access());
    expect(unused.filter((one) => !UNEXERCISED_BY_AUDITS.some((row) => isMeant(row, one)))).toEqual([]);
  });

  it.each(UNEXERCISED_BY_AUDITS.map((row) => [String(row.grant), row] as const))(
    'need the row %s in each function that it names',
    (_, row) => {
      const { unused } = compareAccess(roles, stage.cloud.access());
      const needless = row.functions.filter(
        (name) => !unused.some((one) => isMeant({ ...row, functions: [name] }, one)),
      );
      expect(needless).toEqual([]);
    },
  );
});
