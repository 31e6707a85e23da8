import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { CreateTableCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createSnsPublisher } from '../../src/adapters/aws/sns-publisher.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { createDesk } from '../../src/compose-alerts.ts';
import type { Severity } from '../../src/model/action.ts';
import type { NoticeState } from '../../src/model/alert.ts';
import type { Finding } from '../../src/model/finding.ts';
import { renderNotice } from '../../src/render/notice.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { holdfast, linesOf } from '../cli/fake-run.ts';
import { aCause } from '../support/alerts.ts';
import { OBJECT } from '../support/facts.ts';
import { aBucket, aPair } from '../support/pairs.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const REGION = 'eu-west-1';
const DOCUMENT = readFileSync('docs/alerts.md', 'utf8');

/** The policies of the document by their headings. */
const POLICIES = new Map(
  [...DOCUMENT.matchAll(/^### (.+)\n[^#]*?```json\n([^`]+)```/gm)].map(([, heading = '', json = '']) => [
    heading,
    json,
  ]),
);

let cloud: Cloud;
let sdk: SdkClients;
let topicArn: string;
const queues = new Map<string, { readonly url: string; readonly arn: string }>();

beforeAll(async () => {
  cloud = await createCloud();
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  const topic = await sdk.sns(REGION).send(new CreateTopicCommand({ Name: 'holdfast-dev-AlertTopic-0123456789AB' }));
  topicArn = topic.TopicArn ?? '';
  for (const [index, heading] of [...POLICIES.keys(), 'everything'].entries()) {
    const queue = await createQueue(sdk.sqs(REGION), `subscriber-${index}`);
    queues.set(heading, queue);
    const policy = POLICIES.get(heading);
    const Attributes = policy === undefined ? {} : { FilterPolicy: policy };
    const command = new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes });
    await sdk.sns(REGION).send(command);
  }
});

afterAll(async () => {
  sdk.destroy();
  await cloud.close();
  vi.unstubAllEnvs();
});

/** Of one for many requests: each of them listens. */
function aSignal(): AbortSignal {
  const signal = AbortSignal.timeout(20_000);
  setMaxListeners(0, signal);
  return signal;
}

async function createQueue(sqs: SQSClient, name: string): Promise<{ url: string; arn: string }> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { Policy } }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: Attributes?.QueueArn ?? '' };
}

interface Published {
  readonly id: string;
  readonly finding?: Partial<Finding>;
  readonly severity?: Severity;
  readonly state?: NoticeState;
  readonly test?: true;
}

const ABOUT_OBJECT: Partial<Finding> = {
  code: 'content-differs-from-etag',
  subject: { kind: 'object-version', object: { ...OBJECT, bucket: 'orders-euw1' } },
  evidence: {},
};
const PUBLISHED: readonly Published[] = [
  { id: 'replica', finding: { evidence: { link: 'orders/a/b' } } },
  { id: 'object', finding: ABOUT_OBJECT },
  { id: 'warning', severity: 'warning' },
  { id: 'reminder', severity: 'warning', state: 'repeated' },
  { id: 'noted', severity: 'info', state: 'noted', finding: { evidence: { link: 'orders/a/b' } } },
  { id: 'monitor', finding: { code: 'monitor-silent', subject: { kind: 'monitor', region: REGION }, evidence: {} } },
  { id: 'test', test: true },
];

/** In two pairs, like a bucket that is replicated to two places under two names. */
const pairs = ['orders', 'audit'].map((name) => aPair({ name, source: aBucket('orders-euw1', REGION) }));

describe('the filter policies of docs/alerts.md', () => {
  const heard = new Map<string, readonly string[]>();

  beforeAll(async () => {
    const clients = createClients({ customEndpoint: true, endpoint: cloud.url });
    const publisher = createSnsPublisher(clients, { topicArn, region: REGION });
    for (const { id, finding = {}, severity = 'critical', state = 'opened', test } of PUBLISHED) {
      const cause = aCause({ finding: { ...aCause().finding, ...finding } });
      const notice = { id, state, severity, number: 1, at: new Date(0), ...(test === undefined ? {} : { test }) };
      const rendered = renderNotice(cause, notice, { stage: 'dev', region: REGION, pairs });
      await publisher.publish(rendered, { signal: AbortSignal.timeout(10_000) });
    }
    for (const [heading, { url }] of queues) heard.set(heading, await takeIds(sdk.sqs(REGION), url));
  });

  it('are all tried', () => {
    expect([...POLICIES.keys()]).toHaveLength(DOCUMENT.match(/```json/g)?.length ?? 0);
  });

  it.each<[string, readonly string[]]>([
    ['everything', PUBLISHED.map(({ id }) => id)],
    ['Critical findings by e-mail', ['replica', 'object', 'monitor', 'test']],
    ['Warnings to a chat', ['warning']],
    ['One pair only', ['replica', 'object', 'noted']],
    ['Replicas that differ or are missing', ['replica', 'warning', 'reminder', 'test']],
    ['Everything but tests', ['replica', 'object', 'warning', 'reminder', 'noted', 'monitor']],
  ])('let through what they say: %s', (heading, ids) => {
    expect(heard.get(heading)?.toSorted()).toEqual(ids.toSorted());
  });
});

/** Ids of the events that wait in the queue. */
async function takeIds(sqs: SQSClient, url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 });
    const { Messages: messages = [] } = await sqs.send(command);
    if (messages.length === 0) return ids;
    for (const { Body: body = '' } of messages) {
      const { Message: message } = JSON.parse(body) as { readonly Message: string };
      ids.push((JSON.parse(message) as { readonly id: string }).id);
    }
  }
}

describe('holdfast alerts', () => {
  const args = ['--region', REGION, '--json'];
  const around = () => ({ env: { AWS_ENDPOINT_URL: cloud.url, USER: 'ada' }, signal: aSignal() });
  const run = async (...words: readonly string[]) => {
    const ended = await holdfast([...words, ...args], around());
    return { code: ended.code, records: linesOf(ended), stderr: ended.stderr };
  };

  it('sees, mutes and closes what the functions have reported', async () => {
    expect(await run('alerts')).toMatchObject({ code: 2, stderr: 'eu-west-1: there is no stack of the stage dev\n' });
    const clients = createClients({ customEndpoint: true, endpoint: cloud.url });
    const ledger = { table: 'holdfast-dev-ledger', region: REGION, clock: systemClock };
    await createLedger(clients.dynamodb(REGION), ledger.table);
    const config = { pairs, alerts: { severity: 'warning', subscriptions: [] } } as const;
    const logger = { warn: () => undefined };
    const desk = createDesk(clients, { topicArn, ledger, config, logger });
    const call = { signal: aSignal() };
    const { finding } = aCause();
    for (const key of ['a', '～😀'])
      await desk.open(
        {
          finding: { ...finding, subject: { kind: 'object-version', object: { ...OBJECT, key } } },
          severity: 'critical',
          state: 'opened',
        },
        call,
      );
    const listed = await run('alerts');
    expect(listed).toMatchObject({ code: 1, records: [{ code: 'replica-missing', count: 2 }, { alerts: 1 }] });
    const { fingerprint } = listed.records[0] as { readonly fingerprint: string };
    const shown = await run('alerts', 'show', fingerprint.slice(0, 8));
    const cases = shown.records.slice(1) as readonly {
      readonly subject: { readonly object: { readonly key: string } };
    }[];
    expect(cases.map(({ subject }) => subject.object.key).toSorted()).toEqual(['a', '～😀']);
    expect(await run('mute', fingerprint, '--for', '1h', '--reason', 'r')).toMatchObject({
      code: 0,
      records: [{ open: 1 }],
    });
    expect(await run('mutes')).toMatchObject({ code: 0, records: [{ by: 'ada', fingerprint, reason: 'r' }] });
    expect(await run('alerts')).toMatchObject({ records: [{ mutedUntil: expect.any(String) }, {}] });
    expect(await run('unmute', fingerprint)).toMatchObject({ code: 0, records: [{ ended: true }] });
    expect(await run('alerts', 'close', fingerprint, '--reason', 'retired')).toMatchObject({ code: 0 });
    expect(await run('alerts')).toMatchObject({ code: 0, records: [{ alerts: 0 }] });
    expect((await run('alerts', '--all')).records[0]).toMatchObject({
      phase: 'resolved',
      resolution: 'closed',
      closing: { by: 'ada', reason: 'retired' },
    });
  });
});

async function createLedger(client: DynamoDBClient, table: string): Promise<void> {
  const names = ['pk', 'sk'] as const;
  const command = new CreateTableCommand({
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  });
  await client.send(command);
  await vi.waitFor(async () => client.send(new ScanCommand({ TableName: table })));
}

describe('holdfast test-alert', () => {
  const args = ['test-alert', '--region', REGION, '--wait', '1s', '--json'];
  const around = () => ({ env: { AWS_ENDPOINT_URL: cloud.url }, signal: aSignal() });

  it('sends nothing when only asked who would hear', async () => {
    const ended = await holdfast([...args, '--dry-run'], around());
    const [record] = linesOf(ended) as readonly { readonly subscriptions: readonly { readonly gets: object }[] }[];
    expect(record).not.toHaveProperty('testId');
    expect(record?.subscriptions.map(({ gets }) => gets)).toEqual([
      { critical: 'all', warning: 'none', info: 'none' },
      { critical: 'none', warning: 'all', info: 'none' },
      { critical: 'none', warning: 'none', info: 'none' },
      { critical: 'some', warning: 'some', info: 'none' },
      { critical: 'all', warning: 'all', info: 'all' },
      { critical: 'all', warning: 'all', info: 'all' },
    ]);
    expect(ended.code).toBe(0);
  });

  it('finds the test in every queue that was to get it, and leaves it there', async () => {
    for (let again = 0; again < 2; again += 1) {
      const ended = await holdfast([...args, '--listen'], around());
      expect([ended.code, ended.stderr]).toEqual([0, '']);
      expect(linesOf(ended)).toMatchObject([{ proved: true, unheard: [], unclear: [] }]);
    }
    const ids = await takeIds(sdk.sqs(REGION), queues.get('everything')?.url ?? '');
    expect(ids).toHaveLength(2 + 2); // those that the desk published before
  });

  it('does not call proved what nobody has counted', async () => {
    const { code, stdout } = await holdfast(args.slice(0, -1), around());
    expect(code).toBe(2);
    expect(stdout).toContain('NOT PROVED: SNS has counted nothing yet');
  });

  it('says that there is no stack', async () => {
    const { code, stderr } = await holdfast([...args, '--stage', 'other'], around());
    expect([code, stderr]).toEqual([2, 'eu-west-1: unavailable: no topic of the stage other\n']);
  });
});
