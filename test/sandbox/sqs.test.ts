import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  type Message,
  type ReceiveMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createCloud, type Cloud } from '../../src/sandbox/cloud.ts';

let cloud: Cloud;
let sqs: SQSClient;
let QueueUrl: string;
let count = 0;

async function createQueue(Attributes: Record<string, string> = {}): Promise<string> {
  count += 1;
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${count}`, Attributes }));
  return url;
}

async function receive(input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...input }));
  return Messages;
}

const send = (MessageBody: string, input: object = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...input }));
const bodies = (messages: Message[]): string[] => messages.map(({ Body = '' }) => Body);

beforeAll(async () => {
  cloud = await createCloud();
  sqs = new SQSClient({ region: 'eu-west-1', endpoint: cloud.url, credentials: cloud.credentials });
});
afterAll(() => cloud.close());
beforeEach(async () => {
  QueueUrl = await createQueue();
});

describe('messages', () => {
  it('arrive with the digests that the SDK checks, whatever is in them', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'é～😀' },
      number: { DataType: 'Number.int', StringValue: '5' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
    };
    await send('a+b % é～😀\n"', { MessageAttributes });
    const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
    expect(message?.Body).toBe('a+b % é～😀\n"');
    expect(message?.MessageAttributes).toEqual(MessageAttributes);
    expect(message?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
  });

  it('carry only the attributes that are asked for', async () => {
    const MessageAttributes = {
      a: { DataType: 'String', StringValue: '1' },
      b: { DataType: 'String', StringValue: '2' },
    };
    await send('x', { MessageAttributes });
    const [message] = await receive({ MessageAttributeNames: ['b'] });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['b']);
  });

  it('are hidden while they are being worked on, and come back', async () => {
    await send('work');
    expect(bodies(await receive({ VisibilityTimeout: 60 }))).toEqual(['work']);
    expect(await receive()).toEqual([]);
    await cloud.clock.advance(59_000);
    expect(await receive()).toEqual([]);
    await cloud.clock.advance(1000);
    const [again] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  it('are gone once deleted, but not by the handle of an earlier reception', async () => {
    await send('work');
    const [first] = await receive({ VisibilityTimeout: 1 });
    await cloud.clock.advance(1000);
    const [second] = await receive({ VisibilityTimeout: 1 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    await cloud.clock.advance(1000);
    const [third] = await receive({ VisibilityTimeout: 1 });
    expect(third?.MessageId).toBe(second?.MessageId);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: third?.ReceiptHandle }));
    await cloud.clock.advance(1000);
    expect(await receive()).toEqual([]);
  });

  it('can be hidden for longer or shown at once', async () => {
    await send('work');
    const [message] = await receive();
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(bodies(await receive())).toEqual(['work']);
  });

  it.each([
    ['by their own delay', { DelaySeconds: 900 }, {}],
    ['by the delay of the queue', {}, { DelaySeconds: '900' }],
  ])('wait %s', async (_, message, queue) => {
    QueueUrl = await createQueue(queue);
    await send('later', message);
    await cloud.clock.advance(899_000);
    expect(await receive()).toEqual([]);
    await cloud.clock.advance(1000);
    expect(bodies(await receive())).toEqual(['later']);
  });

  it('cannot be delayed for longer than 15 minutes', async () => {
    await expect(send('x', { DelaySeconds: 901 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('expire after the retention of their queue', async () => {
    QueueUrl = await createQueue({ MessageRetentionPeriod: '60' });
    await send('old');
    await cloud.clock.advance(61_000);
    await send('new');
    expect(bodies(await receive())).toEqual(['new']);
  });

  it('larger than the queue takes are refused', async () => {
    QueueUrl = await createQueue({ MaximumMessageSize: '1024' });
    await expect(send('x'.repeat(1025))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send('x'.repeat(1024))).resolves.toBeDefined();
  });
});

describe('a long poll', () => {
  it('answers as soon as there is a message', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send('now');
    expect(bodies(await waiting)).toEqual(['now']);
  });

  it('answers nothing when its time is over', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await cloud.clock.advance(20_000);
    expect(await waiting).toEqual([]);
  });
});

describe('the dead-letter queue', () => {
  it('gets what was received too often', async () => {
    const deadLetters = QueueUrl;
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 2 });
    QueueUrl = await createQueue({ RedrivePolicy, VisibilityTimeout: '1' });
    await send('poison');
    for (const _ of [1, 2]) {
      expect(bodies(await receive())).toEqual(['poison']);
      await cloud.clock.advance(1000);
    }
    expect(await receive()).toEqual([]);
    expect(bodies(await receive({ QueueUrl: deadLetters }))).toEqual(['poison']);
  });
});

describe('batches', () => {
  it('answer for each entry', async () => {
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'a' },
          { Id: 'bad', MessageBody: 'b', DelaySeconds: 901 },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidParameterValue', SenderFault: true }]);
    const [message] = await receive();
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: '1', ReceiptHandle: message?.ReceiptHandle },
          { Id: '2', ReceiptHandle: 'x' },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: '1' }]);
    expect(deleted.Failed).toMatchObject([{ Id: '2', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it.each([
    ['none', 0, 'EmptyBatchRequest'],
    ['eleven', 11, 'TooManyEntriesInBatchRequest'],
  ])('of %s are refused', async (_, length, name) => {
    const Entries = Array.from({ length }, (__, index) => ({ Id: String(index), MessageBody: 'x' }));
    await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name: expect.stringContaining(name),
    });
  });
});

describe('queues', () => {
  it('are found by name and prefix, purged and deleted', async () => {
    const QueueName = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: QueueName }))).QueueUrls).toContain(QueueUrl);
    await send('x');
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive()).toEqual([]);
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(receive()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('count what is visible, delayed and in flight', async () => {
    await send('a');
    await send('b');
    await send('c', { DelaySeconds: 60 });
    await receive({ MaxNumberOfMessages: 1 });
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      VisibilityTimeout: '30',
    });
  });

  it.each([
    ['a FIFO queue', { FifoQueue: 'true' }, 'NotImplemented', 501],
    ['a key of KMS', { KmsMasterKeyId: 'alias/aws/sqs' }, 'NotImplemented', 501],
    ['a delay of 16 minutes', { DelaySeconds: '960' }, 'InvalidAttributeValue', 400],
    [
      'a policy that is not understood',
      { Policy: '{"Statement":{"Effect":"Allow","NotAction":"*"}}' },
      'NotImplemented',
      501,
    ],
  ])('are refused with %s', async (_, Attributes, name, httpStatusCode) => {
    const change = new SetQueueAttributesCommand({ QueueUrl, Attributes });
    await expect(sqs.send(change)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it('refuse an operation that the sandbox lacks, by name', async () => {
    const tag = new TagQueueCommand({ QueueUrl, Tags: { a: 'b' } });
    await expect(sqs.send(tag)).rejects.toMatchObject({ message: expect.stringContaining('TagQueue') });
  });
});
