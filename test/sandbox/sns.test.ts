import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';

let cloud: Cloud;
let sns: SNSClient;
let sqs: SQSClient;
let TopicArn: string;
let queue: { readonly url: string; readonly arn: string };
let count = 0;

async function createQueue(allowed: string): Promise<typeof queue> {
  const QueueName = `inbox-${count}-${allowed.slice(-4)}`;
  const arn = `arn:aws:sqs:eu-west-1:${cloud.account}:${QueueName}`;
  const Statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': allowed } },
  };
  const created = await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { Policy: JSON.stringify({ Statement }) } }),
  );
  return { url: created.QueueUrl ?? '', arn };
}

async function received(url = queue.url): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  return Messages;
}

const subscribe = (Attributes: Record<string, string> = {}, Endpoint = queue.arn) =>
  sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));

const config = () => ({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials, maxAttempts: 1 });

beforeAll(async () => {
  cloud = await createCloud();
  sns = new SNSClient(config());
  sqs = new SQSClient(config());
});
afterAll(() => cloud.close());
beforeEach(async () => {
  count += 1;
  TopicArn = (await sns.send(new CreateTopicCommand({ Name: `alerts-${count}` }))).TopicArn ?? '';
  queue = await createQueue(TopicArn);
});

describe('a subscribed queue', () => {
  it('gets the envelope', async () => {
    await subscribe();
    const MessageAttributes = { severity: { DataType: 'String', StringValue: 'critical' } };
    const { MessageId } = await sns.send(
      new PublishCommand({ TopicArn, Subject: 'S', Message: 'é～😀', MessageAttributes }),
    );
    const [message] = await received();
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: 'S',
      Message: 'é～😀',
      MessageAttributes: { severity: { Type: 'String', Value: 'critical' } },
    });
    expect(message?.MessageAttributes).toBeUndefined();
  });

  it('gets the message itself with raw delivery, attributes beside it', async () => {
    await subscribe({ RawMessageDelivery: 'true' });
    const MessageAttributes = { severity: { DataType: 'String', StringValue: 'critical' } };
    await sns.send(new PublishCommand({ TopicArn, Message: 'raw', MessageAttributes }));
    expect(await received()).toMatchObject([{ Body: 'raw', MessageAttributes }]);
  });

  it('gets the text for queues out of a message by protocol', async () => {
    await subscribe({ RawMessageDelivery: 'true' });
    const Message = JSON.stringify({ default: 'for all', sqs: 'for queues', email: 'for people' });
    await sns.send(new PublishCommand({ TopicArn, MessageStructure: 'json', Message }));
    expect(await received()).toMatchObject([{ Body: 'for queues' }]);
  });

  it('gets what its filter over attributes lets through', async () => {
    const FilterPolicy = JSON.stringify({ severity: ['critical'], lagSeconds: [{ numeric: ['>=', 900] }] });
    await subscribe({ RawMessageDelivery: 'true', FilterPolicy });
    const publish = (Message: string, severity: string, lag: string) =>
      sns.send(
        new PublishCommand({
          TopicArn,
          Message,
          MessageAttributes: {
            severity: { DataType: 'String.Array', StringValue: JSON.stringify([severity]) },
            lagSeconds: { DataType: 'Number', StringValue: lag },
          },
        }),
      );
    await publish('late', 'critical', '912');
    await publish('in time', 'critical', '12');
    await publish('harmless', 'info', '912');
    expect((await received()).map(({ Body }) => Body)).toEqual(['late']);
  });

  it('gets what its filter over the body lets through', async () => {
    const FilterPolicy = JSON.stringify({ data: { severity: ['critical'] } });
    await subscribe({ RawMessageDelivery: 'true', FilterPolicyScope: 'MessageBody', FilterPolicy });
    for (const Message of ['{"data":{"severity":"critical"}}', '{"data":{"severity":"info"}}', 'no JSON']) {
      await sns.send(new PublishCommand({ TopicArn, Message }));
    }
    expect((await received()).map(({ Body }) => Body)).toEqual(['{"data":{"severity":"critical"}}']);
  });

  it('gets nothing when its policy names another topic; the dead-letter queue does', async () => {
    const closed = await createQueue(`${TopicArn}-other`);
    await subscribe({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queue.arn }) }, closed.arn);
    await sns.send(new PublishCommand({ TopicArn, Message: 'm' }));
    expect(await received(closed.url)).toEqual([]);
    expect(await received()).toHaveLength(1);
    expect(cloud.logs.lines().at(-1)?.text).toContain('does not allow sqs:SendMessage');
  });

  it.each([
    ['is out', { kind: 'region-outage', region: 'us-east-1' }],
    ['cannot be reached', { kind: 'partition', from: 'us-east-1', region: 'eu-west-1' }],
  ] as const)('in a Region that %s gets the message when the Region is back', async (_, fault) => {
    const abroad = new SQSClient({ ...config(), region: 'us-east-1' });
    const arn = queue.arn.replace('eu-west-1', 'us-east-1');
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn };
    const { QueueUrl } = await abroad.send(
      new CreateQueueCommand({
        QueueName: arn.split(':').at(-1),
        Attributes: { Policy: JSON.stringify({ Statement }) },
      }),
    );
    await subscribe({ RawMessageDelivery: 'true' }, arn);
    const { id } = cloud.faults.plant(fault);
    await sns.send(new PublishCommand({ TopicArn, Message: 'later' }));
    await cloud.clock.advance(5000);
    expect(await received()).toEqual([]); // nor did it go astray into the queue at home
    cloud.faults.remove(id); // from here on it may come at any moment: sandbox time passes by itself as well
    await cloud.clock.advance(1000);
    expect((await abroad.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toMatchObject([{ Body: 'later' }]);
  });

  it.each([
    ['until that ends', {}],
    ['for a time that is told', { delayMs: 3000 }],
  ])('gets what the topic holds back later: %s', async (_, plan) => {
    await subscribe({ RawMessageDelivery: 'true' });
    const { id } = cloud.faults.plant({ kind: 'hold-delivery', service: 'sns', from: 'eu-west-1', times: 1, ...plan });
    await sns.send(new PublishCommand({ TopicArn, Message: 'held back' }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'at once' }));
    expect(await received()).toMatchObject([{ Body: 'at once' }]);
    cloud.faults.remove(id);
    await cloud.clock.advance(3000);
    expect(await received()).toMatchObject([{ Body: 'held back' }]);
  });

  it('gets nothing any more after it was unsubscribed', async () => {
    const { SubscriptionArn } = await subscribe();
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'm' }));
    expect(await received()).toEqual([]);
  });
});

describe('a topic', () => {
  it('publishes batches and answers for each entry', async () => {
    await subscribe({ RawMessageDelivery: 'true' });
    const answer = await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'one', MessageAttributes: { n: { DataType: 'Number', StringValue: '1' } } },
          { Id: 'b', Message: 'x'.repeat(262_145) },
        ],
      }),
    );
    expect(answer.Successful).toMatchObject([{ Id: 'a' }]);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter' }]);
    expect(await received()).toMatchObject([{ Body: 'one', MessageAttributes: { n: { StringValue: '1' } } }]);
  });

  it('tells its attributes and subscriptions', async () => {
    const { SubscriptionArn } = await subscribe();
    const change = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{"a":["b"]}' };
    await sns.send(new SetSubscriptionAttributesCommand(change));
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([
      { SubscriptionArn, Owner: cloud.account, Protocol: 'sqs', Endpoint: queue.arn, TopicArn },
    ]);
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ FilterPolicy: '{"a":["b"]}', RawMessageDelivery: 'false' });
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(topic.Attributes).toMatchObject({ TopicArn, SubscriptionsConfirmed: '1' });
  });

  it('waits for people to confirm, and delivers nothing to them', async () => {
    const email = { TopicArn, Protocol: 'email', Endpoint: 'a@example.org' };
    expect(await sns.send(new SubscribeCommand(email))).toMatchObject({ SubscriptionArn: 'pending confirmation' });
    const known = new SubscribeCommand({ ...email, ReturnSubscriptionArn: true });
    const { SubscriptionArn } = await sns.send(known);
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([{ ...email, Owner: cloud.account, SubscriptionArn: 'PendingConfirmation' }]);
    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(topic.Attributes).toMatchObject({ SubscriptionsConfirmed: '0', SubscriptionsPending: '1' });
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ PendingConfirmation: 'true' });
    await sns.send(new PublishCommand({ TopicArn, Message: 'nobody hears it' }));
    expect(cloud.logs.lines().filter(({ text }) => text.includes(email.Endpoint))).toEqual([]);
  });

  it('refuses what is not delivered or not understood, by name', async () => {
    const mobile = new SubscribeCommand({ TopicArn, Protocol: 'application', Endpoint: 'a' });
    await expect(sns.send(mobile)).rejects.toMatchObject({
      message: expect.stringContaining('application'),
      $metadata: { httpStatusCode: 501 },
    });
    await expect(subscribe({ FilterPolicy: '{"$or":[]}' })).rejects.toMatchObject({
      message: expect.stringContaining('$or'),
    });
    await expect(sns.send(new CreateTopicCommand({ Name: 't', Attributes: { FifoTopic: 'true' } }))).rejects.toThrow(
      'FifoTopic',
    );
  });

  it('is not found where it is not', async () => {
    const missing = new PublishCommand({ TopicArn: `${TopicArn}x`, Message: 'm' });
    await expect(sns.send(missing)).rejects.toMatchObject({ name: 'NotFoundException' });
    const abroad = new PublishCommand({ TopicArn: TopicArn.replace('eu-west-1', 'us-east-1'), Message: 'm' });
    await expect(sns.send(abroad)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
