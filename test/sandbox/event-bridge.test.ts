import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNotification } from '../../src/ingest/s3-notification.ts';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const region = 'eu-west-1';
const Bucket = 'events-euw1';
const QUIET_MINUTES = 5;
const MINUTE_MS = 60_000;

let cloud: Cloud;
let sdk: SdkClients;
let events: EventBridgeClient;
let queue: string;

beforeAll(async () => {
  cloud = await createCloud();
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  events = new EventBridgeClient({ region, endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });
  const s3 = sdk.s3(region);
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  queue = await createQueue('signals', `arn:aws:events:${region}:${cloud.account}:rule/holdfast-*`);
});

afterAll(async () => {
  events.destroy();
  sdk.destroy();
  await cloud.close();
});

/** A queue into which rules of these names may send. */
async function createQueue(QueueName: string, rules: string): Promise<string> {
  const Principal = { Service: 'events.amazonaws.com' };
  const Condition = { ArnLike: { 'aws:SourceArn': rules } };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: '*', Condition }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { QueueUrl = '' } = await sdk.sqs(region).send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  return QueueUrl;
}

async function rule(Name: string, pattern: object, target = 'signals'): Promise<void> {
  await events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  const Arn = `arn:aws:sqs:${region}:${cloud.account}:${target}`;
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: 'q', Arn }] }));
}

async function turn(on: boolean): Promise<void> {
  const NotificationConfiguration = on ? { EventBridgeConfiguration: {} } : {};
  await sdk.s3(region).send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

const put = async (Key: string) => sdk.s3(region).send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));

/** What has come, by the names of our own parser. */
async function heard(QueueUrl = queue): Promise<readonly string[]> {
  await cloud.idle();
  const sqs = sdk.sqs(region);
  const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { ReceiptHandle } of messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return messages
    .flatMap(({ Body: body = '' }) => parseNotification(body).events)
    .map(({ kind, object }) => `${kind} ${object.key}`)
    .toSorted();
}

describe('EventBridge', () => {
  it('carries nothing for the first five minutes, and nothing once it is off again', async () => {
    await rule('holdfast-a', { source: ['aws.s3'], detail: { bucket: { name: [Bucket] } } });
    await turn(true);
    await put('early');
    await cloud.clock.advance(QUIET_MINUTES * MINUTE_MS);
    await put('a b+c é');
    expect(await heard()).toEqual(['created a b+c é']);
    await turn(true); // once more: on is on
    await put('again');
    expect(await heard()).toEqual(['created again']);
    await turn(false);
    await put('late');
    expect(await heard()).toEqual([]);
  });

  it('tells each kind by its own name, and neither replication nor lost objects', async () => {
    await turn(true);
    await cloud.clock.advance(QUIET_MINUTES * MINUTE_MS);
    const s3 = sdk.s3(region);
    const { VersionId } = await put('k');
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'k', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
    expect(await heard()).toEqual(['created k', 'delete-marker-created k', 'tags-changed k', 'version-removed k']);
  });

  it('sends what a pattern matches and its target lets in, and drops the rest', async () => {
    const other = await createQueue('other', `arn:aws:events:${region}:${cloud.account}:rule/nobody-*`);
    await rule('holdfast-deaf', { source: ['aws.s3'] }, 'other');
    await rule('holdfast-a', { source: ['aws.s3'], 'detail-type': ['Object Deleted'] });
    await put('quiet');
    await sdk.s3(region).send(new DeleteObjectCommand({ Bucket, Key: 'quiet' }));
    expect(await heard()).toEqual(['delete-marker-created quiet']);
    expect(await heard(other)).toEqual([]);
  });

  it('knows no rule of another Region', async () => {
    const { endpoint, credentials } = { endpoint: cloud.url, credentials: cloud.credentials };
    const abroad = new EventBridgeClient({ region: 'us-west-2', endpoint, credentials, maxAttempts: 1 });
    await expect(abroad.send(new DescribeRuleCommand({ Name: 'holdfast-a' }))).rejects.toThrow(
      'Rule holdfast-a does not exist',
    );
    abroad.destroy();
  });

  it('pages through its rules', async () => {
    const { Rules: first = [], NextToken } = await events.send(new ListRulesCommand({ Limit: 1 }));
    const { Rules: rest = [] } = await events.send(new ListRulesCommand({ Limit: 100, NextToken }));
    expect([...first, ...rest].map(({ Name }) => Name)).toEqual(['holdfast-a', 'holdfast-deaf']);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a schedule',
      async () => events.send(new PutRuleCommand({ Name: 'x', ScheduleExpression: 'rate(1 hour)' })),
      'ScheduleExpression',
    ],
    ['another bus', async () => events.send(new PutRuleCommand({ Name: 'x', EventBusName: 'mine' })), 'EventBusName'],
    [
      'a pattern that it does not evaluate',
      async () => rule('x', { source: [{ wildcard: 'a*' }] }),
      'the operator wildcard',
    ],
    [
      'a pattern that is none',
      async () => events.send(new PutRuleCommand({ Name: 'x', EventPattern: '[]' })),
      'not valid',
    ],
    [
      'a target that is no queue',
      async () =>
        events.send(
          new PutTargetsCommand({
            Rule: 'holdfast-a',
            Targets: [{ Id: 'f', Arn: 'arn:aws:lambda:eu-west-1:1:function:f' }],
          }),
        ),
      'rules that send to arn:aws:lambda',
    ],
  ])('refuses %s by name', async (_, ask, problem) => {
    await expect(ask()).rejects.toThrow(problem);
  });
});
