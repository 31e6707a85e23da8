import { join } from 'node:path';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEventBridgeRules } from '../../src/adapters/aws/eventbridge-rules.ts';
import { bridgeRule } from '../../src/policy/bridge-rule.ts';
import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';
import type { Deployed } from '../../src/sandbox/template/deploy.ts';
import { holdfast } from '../cli/fake-run.ts';
import { packaged } from '../infrastructure/packaged.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const CONFIG = 'test/infrastructure/two-regions.yml';
const region = 'us-east-1';
const Bucket = 'invoices-use1';
const CREATED = ['s3:ObjectCreated:*'];
const FIVE_MINUTES_MS = 5 * 60_000;
const call = { signal: AbortSignal.timeout(110_000) };

let cloud: Cloud;
let stack: Deployed;
let sdk: SdkClients = createSdkClients({ endpoint: '', credentials: { accessKeyId: '', secretAccessKey: '' } });
let alerts: string;
let others: string;

beforeAll(async () => {
  const folder = await packaged(CONFIG);
  cloud = await createCloud();
  stack = await cloud.deploy({ folder: join(folder, 'stacks', region), region });
  renew();
  process.env['AWS_ACCESS_KEY_ID'] = cloud.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = cloud.credentials.secretAccessKey;
  await sdk.s3(region).send(new CreateBucketCommand({ Bucket }));
  await sdk.s3(region).send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  alerts = await createQueue('alerts', 'sns.amazonaws.com');
  others = await createQueue('thumbnails', 's3.amazonaws.com');
  const Endpoint = `arn:aws:sqs:${region}:${cloud.account}:alerts`;
  const TopicArn = stack.resources['AlertTopic']?.ref;
  await sdk.sns(region).send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
}, 120_000);

afterAll(async () => {
  sdk.destroy();
  await cloud.close();
});

beforeEach(async () => {
  await wire('unwire');
  await notify({});
});

async function createQueue(QueueName: string, Service: string): Promise<string> {
  const Statement = [{ Effect: 'Allow', Principal: { Service }, Action: 'sqs:SendMessage', Resource: '*' }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { QueueUrl = '' } = await sdk.sqs(region).send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  return QueueUrl;
}

async function wire(verb: 'wire' | 'unwire'): Promise<string> {
  const { code, stdout, stderr } = await holdfast(
    [verb, 'invoices', '--stage', 'test', '--config', CONFIG, '--endpoint', cloud.url, '--yes'],
    { cwd: process.cwd() },
  );
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function notify(NotificationConfiguration: NotificationConfiguration): Promise<void> {
  await sdk.s3(region).send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

/** Clients learn the server's time from its answers and keep it, while the test moves the clock. */
function renew(): void {
  sdk.destroy();
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
}

/** Uploads three objects, of which S3 stores the second otherwise than it was sent. */
async function upload(folder: string): Promise<void> {
  cloud.faults.plant({ kind: 'flip', bucket: Bucket, key: `${folder}/damaged é+`, times: 1 });
  for (const name of ['a', 'damaged é+', 'z'])
    await sdk.s3(region).send(new PutObjectCommand({ Bucket, Key: `${folder}/${name}`, Body: 'content' }));
}

interface Subject {
  readonly object?: { readonly key: string };
}

interface Alert {
  readonly data: {
    readonly code: string;
    readonly subject: Subject;
    readonly count?: number;
    readonly examples?: readonly { readonly subject: Subject }[];
  };
}

/** How many cases each cause has, as the last notice of it says. */
const cases = new Map<string, number>();

/** What has been told about the objects of an upload once nothing moves any more, and second readings are due. */
async function alerted(folder: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    await cloud.idle();
    await cloud.clock.advance(FIVE_MINUTES_MS);
  }
  await cloud.idle();
  renew();
  for (;;) {
    const { Messages: messages = [] } = await sdk
      .sqs(region)
      .send(new ReceiveMessageCommand({ QueueUrl: alerts, MaxNumberOfMessages: 10 }));
    if (messages.length === 0) return [...found].toSorted();
    for (const { Body: body = '', ReceiptHandle } of messages) {
      await sdk.sqs(region).send(new DeleteMessageCommand({ QueueUrl: alerts, ReceiptHandle }));
      const { Message: text } = JSON.parse(body) as { readonly Message: string };
      const { code, subject, count, examples = [] } = (JSON.parse(text) as Alert).data;
      if (count !== undefined) cases.set(code, count);
      for (const { object } of [subject, ...examples.map((example) => example.subject)])
        if (object?.key.startsWith(`${folder}/`) === true) found.add(`${code} ${object.key}`);
    }
  }
}

/** What the stack says of an upload: it differs from its checksum and from its ETag, each said once. */
const foundIn = (folder: string): readonly string[] => [
  `content-differs-from-checksum ${folder}/damaged é+`,
  `content-differs-from-etag ${folder}/damaged é+`,
  `content-verified ${folder}/a`,
  `content-verified ${folder}/z`,
];

const asked = (operation: string, role: string): number =>
  cloud
    .requests()
    .filter((one) => one.operation === operation && one.role.includes(role) && one.service === 's3')
    .reduce((sum, { count }) => sum + count, 0);

describe('a deployed stack', () => {
  it('hears by EventBridge what others have a direct entry for', async () => {
    const QueueArn = `arn:aws:sqs:${region}:${cloud.account}:thumbnails`;
    await notify({ QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] });
    expect(await wire('wire')).toContain('s3:ObjectCreated:* by EventBridge');
    await cloud.clock.advance(FIVE_MINUTES_MS);
    const before = asked('HeadObject', 'on-object-event');
    await upload('bridged');
    expect(await alerted('bridged')).toEqual(foundIn('bridged'));
    expect(asked('HeadObject', 'on-object-event') - before).toBe(3);
    const { Messages: theirs = [] } = await sdk
      .sqs(region)
      .send(new ReceiveMessageCommand({ QueueUrl: others, MaxNumberOfMessages: 10 }));
    expect(theirs.length).toBeGreaterThan(0);
  });

  it('alerts once while both transports are live in the same moment', async () => {
    const queueArn = await listenTwice((arn) => arn);
    expect(queueArn).toContain('SignalsQueue');
    await upload('both');
    expect(await alerted('both')).toEqual(foundIn('both'));
    expect(cases.get('content-differs-from-checksum')).toBe(2); // the one before, and this one once
  });

  it('inspects no version again that comes by the other transport later', async () => {
    const later = await createQueue('later', 'events.amazonaws.com');
    const queueArn = await listenTwice(() => `arn:aws:sqs:${region}:${cloud.account}:later`);
    const before = asked('HeadObject', 'on-object-event');
    await upload('late');
    expect(await alerted('late')).toEqual(foundIn('late'));
    expect(asked('HeadObject', 'on-object-event') - before).toBe(3);

    const QueueUrl = stack.resources['SignalsQueue']?.ref;
    expect(queueArn).toContain('SignalsQueue');
    const bodies = await takeAll(later);
    expect(bodies.map((body) => (JSON.parse(body) as { source: string }).source)).toEqual(Array(3).fill('aws.s3'));
    for (const MessageBody of bodies) await sdk.sqs(region).send(new SendMessageCommand({ QueueUrl, MessageBody }));
    expect(await alerted('late')).toEqual([]);
    expect(asked('HeadObject', 'on-object-event') - before).toBe(3);
  });
});

/** Has the bucket tell the stack directly, and EventBridge tell a queue that is chosen; answers the stack's. */
async function listenTwice(choose: (signals: string) => string): Promise<string> {
  const queueArn = stack.resources['SignalsQueue']?.attributes?.['Arn'] ?? '';
  const at = { bucket: Bucket, region };
  const rule = bridgeRule({ at, stage: 'test', queueArn: choose(queueArn) }, { events: CREATED, turnedOn: true });
  await createEventBridgeRules({ customEndpoint: true, endpoint: cloud.url }).put(region, rule, call);
  await notify({
    QueueConfigurations: [{ Id: 'holdfast-test-signals', QueueArn: queueArn, Events: ['s3:ObjectCreated:*'] }],
    EventBridgeConfiguration: {},
  });
  await cloud.clock.advance(FIVE_MINUTES_MS);
  return queueArn;
}

async function takeAll(QueueUrl: string): Promise<readonly string[]> {
  const { Messages: messages = [] } = await sdk
    .sqs(region)
    .send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return messages.map(({ Body: body = '' }) => body);
}
