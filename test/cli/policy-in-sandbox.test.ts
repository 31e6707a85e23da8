import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PERMITTED_COMMANDS, type PermittedCommand } from '../../src/policy/permissions.ts';
import { compareAccess, type RoleStatement } from '../infrastructure/compare-access.ts';
import { assume } from '../sandbox/assumed-role.ts';
import { bundleConsole } from '../../scripts/bundle.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';
import { createPairStage, DESTINATION, HOME, type PairStage, SOURCE } from './pair-stage.ts';

const REPORTS = 'reports-use1';
const LANES = ['Signals', 'Looks', 'Reads', 'Peer'];

let stage: PairStage;

beforeAll(async () => {
  stage = await createPairStage('kms');
  await Promise.all([makeStacks(), bundleConsole('dist')]);
  await makeObjects();
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.close();
});

/** Queues and tables as a deployed stack has them. */
async function makeStacks(): Promise<void> {
  await stage.queues();
  const names = [
    'holdfast-dev-PoisonQueue-1',
    ...LANES.map((lane) => `holdfast-dev-${lane}DeadLetterQueue-1`),
    ...['Looks', 'Reads'].map((lane) => `holdfast-dev-${lane}Queue-1`),
    'holdfast-dev-peer',
  ];
  const keys = ['pk', 'sk'];
  for (const region of Object.values(HOME)) {
    const sqs = stage.sdk.sqs(region);
    for (const QueueName of names) await sqs.send(new CreateQueueCommand({ QueueName }));
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: 'holdfast-dev-SignalsQueue-0123456789AB' }),
    );
    const Principal = { Service: ['s3.amazonaws.com', 'events.amazonaws.com'] };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: '*' }];
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify({ Statement }) } }));
    for (const TableName of ['holdfast-dev-ledger', 'holdfast-dev-steering'])
      await stage.sdk.dynamodb(region).send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
  }
}

/** With and without a bucket key; one that fails to replicate, and one that never arrives. */
async function makeObjects(): Promise<void> {
  const s3 = stage.sdk.s3(HOME[SOURCE]);
  const SSEKMSKeyId = stage.keys[HOME[SOURCE]];
  await s3.send(new CreateBucketCommand({ Bucket: REPORTS }));
  const put = async (Key: string, options: object = {}): Promise<void> =>
    void (await s3.send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: Key, ...options })));
  await put('with-bucket-key');
  await put('without', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId, BucketKeyEnabled: false });
  stage.cloud.faults.plant({
    kind: 'fail-replication',
    bucket: SOURCE,
    key: 'failed',
    times: 1,
    reason: 'DstPutObjectNotPermitted',
  });
  await put('failed');
  await settle();
}

async function settle(): Promise<void> {
  await stage.cloud.clock.advance(5_000);
  await stage.cloud.idle();
}

/** Runs command lines one after the other, under whatever credentials are there. */
async function run(...args: readonly string[]): Promise<Ended> {
  const config = ['verify'].includes(args[0] ?? '') ? [] : ['--config', stage.config];
  const env = { AWS_ENDPOINT_URL: stage.cloud.url, HOLDFAST_CONFIG: stage.config };
  return holdfast([...args, ...config], { env, cwd: process.cwd() });
}

type Play = () => Promise<void>;

const PLAYS: Readonly<Partial<Record<PermittedCommand, Play>>> = {
  async verify() {
    for (const bucket of [SOURCE, DESTINATION]) {
      expect(await run('verify', '--prefix', `s3://${bucket}/w`, '--content')).toMatchObject({ code: 0 });
      expect(await run('verify', `s3://${bucket}/without`, '--content')).toMatchObject({ code: 0 });
    }
    expect(await run('verify', `s3://${SOURCE}/not-there`)).toMatchObject({ code: 2 });
  },
  async doctor() {
    const ended = await run('doctor', 'orders');
    expect(ended.stdout).not.toContain('access-denied');
  },
  async status() {
    const ended = await run('status', 'orders', '--list', '3');
    expect(ended.stdout).not.toMatch(/denied|not authorized/);
  },
  async wait() {
    expect((await run('wait', 'orders', '--keep-going', '--timeout', '2s', '--interval', '1s')).stderr).toBe('');
  },
};

describe('a policy that holdfast policy prints', () => {
  it.each(PERMITTED_COMMANDS.filter((command) => PLAYS[command] !== undefined))(
    'is what %s needs, and no more',
    async (command) => {
      const printed = await run('policy', command, '--json', '--report-bucket', REPORTS);
      const [policy] = linesOf(printed) as readonly [
        { readonly document: { readonly Statement: readonly RoleStatement[] } },
      ];
      const statements = policy.document.Statement;
      const name = `person-${command}`;
      const { accessKeyId, secretAccessKey, sessionToken } = await assume(stage.cloud, { name, statements });
      vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
      vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
      await PLAYS[command]?.();
      vi.unstubAllEnvs();
      const { missing, unused } = compareAccess(new Map([[name, statements]]), stage.cloud.access());
      expect({ missing, unused }).toEqual({ missing: [], unused: [] });
    },
    30_000,
  );
});
