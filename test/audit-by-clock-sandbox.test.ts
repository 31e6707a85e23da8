import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock, systemPause } from '../src/adapters/aws/system-clock.ts';
import { verifyReport } from '../src/audit/verify-report.ts';
import { createAuditPlanHandler, createAuditReportHandler, createAuditShardHandler } from '../src/compose-audit.ts';
import { parseConfig } from '../src/config-schema.ts';
import { createPairStage, DESTINATION, HOME, type PairStage, SOURCE } from './cli/pair-stage.ts';

const REGION = HOME[SOURCE];
const REPORTS = 'reports-use1';
const KEYS = Array.from({ length: 10 }, (_, index) => `logs/${index} é+%😀`);
const LOST = KEYS[3] ?? '';
const DAMAGED = KEYS[5] ?? '';

const AUDITS = `
audits:
  weekly:
    pair: orders
    schedule: rate(7 days)
    grace: 0s
    content: { mode: all }
  clean:
    pair: orders
    schedule: rate(7 days)
    prefix: logs/1
`;

let stage: PairStage;
let inbox: string;

beforeAll(async () => {
  stage = await createPairStage('one-way');
  const { cloud, sdk } = stage;
  const names = ['pk', 'sk'] as const;
  await sdk.dynamodb(REGION).send(
    new CreateTableCommand({
      TableName: 'holdfast-test-ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  const { TopicArn = '' } = await sdk.sns(REGION).send(new CreateTopicCommand({ Name: 'alerts' }));
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  inbox =
    (await sdk.sqs(REGION).send(new CreateQueueCommand({ QueueName: 'inbox', Attributes: { Policy } }))).QueueUrl ?? '';
  const asked = new GetQueueAttributesCommand({ QueueUrl: inbox, AttributeNames: ['QueueArn'] });
  const { Attributes } = await sdk.sqs(REGION).send(asked);
  const subscription = { TopicArn, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] ?? '' };
  await sdk.sns(REGION).send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: 'true' } }));
  await sdk.s3(REGION).send(new CreateBucketCommand({ Bucket: REPORTS, ObjectLockEnabledForBucket: true }));
  const file = stage.config.replace(/yml$/, 'json');
  await writeFile(file, JSON.stringify(parseConfig(`${await readFile(stage.config, 'utf8')}${AUDITS}`)));
  for (const [name, value] of Object.entries({
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
    HOLDFAST_CONFIG: file,
    ALERT_TOPIC_ARN: TopicArn,
    LEDGER_TABLE: 'holdfast-test-ledger',
    REPORTS_BUCKET: REPORTS,
  })) {
    vi.stubEnv(name, value);
  }
  vi.spyOn(systemClock, 'now').mockImplementation(() => new Date(cloud.clock.now()));
  vi.spyOn(systemPause, 'wait').mockImplementation(async (ms) => cloud.clock.advance(ms));
  cloud.faults.plant({ kind: 'lose-replica', bucket: DESTINATION, key: LOST, times: 1 });
  for (const Key of KEYS) await sdk.s3(REGION).send(new PutObjectCommand({ Bucket: SOURCE, Key, Body: `of ${Key}` }));
  await cloud.clock.advance(600_000);
  await cloud.idle();
  await cloud.s3.corrupt({ bucket: DESTINATION, key: DAMAGED }, { kind: 'flip' });
});

afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await stage.close();
});

/** An invocation with so much time left. */
function context(remainingMs = 900_000): Context {
  return {
    awsRequestId: '1',
    functionName: 'audit',
    functionVersion: '1',
    memoryLimitInMB: '1024',
    invokedFunctionArn: 'arn',
    logGroupName: 'group',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

async function textOf(Key: string): Promise<string> {
  const { Body } = await stage.sdk.s3(REGION).send(new GetObjectCommand({ Bucket: REPORTS, Key }));
  return (await Body?.transformToString()) ?? '';
}

/** Everything that subscribers have got and nobody has read. */
async function messages(): Promise<readonly string[]> {
  const all: string[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl: inbox, MaxNumberOfMessages: 10, VisibilityTimeout: 600 });
    const { Messages = [] } = await stage.sdk.sqs(REGION).send(receive);
    if (Messages.length === 0) return all;
    all.push(...Messages.map(({ Body = '' }) => Body));
  }
}

const begin = (execution: string): object => ({
  audit: 'weekly',
  execution,
  startedAt: new Date(stage.cloud.clock.now()).toISOString(),
});

describe('the functions of an audit', () => {
  it('find what is lost and what is damaged at rest, and write a report that proves itself', async () => {
    const planned = await createAuditPlanHandler()(begin('first'), context());
    if (planned.kind !== 'planned') throw new Error(planned.reason);
    const { run } = planned;
    expect(planned).toMatchObject({ audit: 'weekly', bucket: REPORTS, shards: 1, concurrency: 20, round: 1 });
    expect(JSON.parse(await textOf(planned.todoKey))).toEqual([{ shard: 0 }]);
    expect(await createAuditPlanHandler()(begin('second'), context())).toMatchObject({ kind: 'skipped' });

    const shard = createAuditShardHandler();
    const input = { audit: 'weekly', run, shard: 0 };
    expect(await shard(input, context(60_000))).toEqual({ shard: 0, done: false, reason: 'time' });
    expect(await shard(input, context())).toEqual({ shard: 0, done: true });
    const reported = await createAuditReportHandler()({ audit: 'weekly', run, round: 1 }, context());
    expect(reported).toMatchObject({ kind: 'finished', complete: true, violated: 3 });

    const lines = (await textOf(`audits/weekly/${run}/report.ndjson`)).split('\n').filter((line) => line !== '');
    const records = lines.map((line) => JSON.parse(line) as { kind: string; code?: string; object?: { key: string } });
    const found = records.filter(({ kind }) => kind === 'finding').map(({ code, object }) => `${code} ${object?.key}`);
    expect(found.toSorted()).toEqual([
      `content-differs-from-checksum ${DAMAGED}`,
      `content-differs-from-etag ${DAMAGED}`,
      `replica-missing ${LOST}`,
    ]);
    async function* each(): AsyncGenerator<string> {
      yield* lines;
    }
    expect(await verifyReport(each())).toMatchObject({ problems: [], root: 'root' in reported && reported.root });
    expect(await textOf(`audits/weekly/${run}/report.html`)).toContain(DAMAGED);
  });

  it('publish the root of a pair that is whole, although only warnings are published', async () => {
    const planned = await createAuditPlanHandler()({ ...begin('clean'), audit: 'clean' }, context());
    if (planned.kind !== 'planned') throw new Error(planned.reason);
    const { run } = planned;
    await createAuditShardHandler()({ audit: 'clean', run, shard: 0 }, context());
    const reported = await createAuditReportHandler()({ audit: 'clean', run, round: 1 }, context());
    if (reported.kind !== 'finished') throw new Error(reported.kind);
    expect(reported).toMatchObject({ complete: true, violated: 0 });
    await stage.cloud.idle();
    const told = (await messages()).filter((text) => text.includes('"code":"audit-finished"') && text.includes(run));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`"root":"${reported.root}"`);
    expect(told[0]).toContain('"severity":"info"');
  });

  it('refuse what the configuration does not know, and say what they expect', async () => {
    const plan = createAuditPlanHandler();
    expect(await plan({ audit: 'daily' }, context())).toEqual({
      kind: 'refused',
      reason: 'the configuration has no audit daily',
    });
    await expect(plan({ audit: 'weekly' }, context())).rejects.toThrow('expected execution and startedAt');
    await expect(createAuditShardHandler()({ audit: 'weekly', run: 'r' }, context())).rejects.toThrow('and a shard');
    await expect(createAuditReportHandler()({ audit: 'weekly' }, context())).rejects.toThrow('a known audit and a run');
  });

  it('let go of a run whose first step failed', async () => {
    const input = begin('third');
    const planned = await createAuditPlanHandler()(input, context());
    expect(planned).toMatchObject({ kind: 'planned' });
    const error = { Error: 'Lambda.Unknown', Cause: 'out of memory' };
    expect(await createAuditReportHandler()({ ...input, error }, context())).toEqual({ kind: 'failed' });
    expect(await createAuditPlanHandler()(begin('fourth'), context())).toMatchObject({ kind: 'planned' });
  });
});
