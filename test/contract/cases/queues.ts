import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { eventually } from '../../support/eventually.ts';
import { createQueue, take, takeAll, type Queue } from '../arrange.ts';
import type { Cases, Cloud } from '../contract.ts';
import { refused } from '../refused.ts';

async function send(cloud: Cloud, queue: Queue, body: string, delaySeconds?: number): Promise<void> {
  const message = { QueueUrl: queue.url, MessageBody: body, DelaySeconds: delaySeconds };
  await cloud.sqs(cloud.home).send(new SendMessageCommand(message));
}

async function receive(
  cloud: Cloud,
  queue: Queue,
  settings: Partial<ReceiveMessageCommandInput> = {},
): Promise<readonly Message[]> {
  const input = { QueueUrl: queue.url, MessageSystemAttributeNames: ['All' as const], ...settings };
  return (await cloud.sqs(cloud.home).send(new ReceiveMessageCommand(input))).Messages ?? [];
}

export const queueCases: Cases = {
  'a message comes out as it went in, with the MD5 of its body': async (cloud) => {
    const queue = await createQueue(cloud);
    const body = '{"é":"<&>😀"}';
    await send(cloud, queue, body);
    const message = await take(cloud, queue);
    assert.deepEqual([message.Body, message.MD5OfBody], [body, createHash('md5').update(body).digest('hex')]);
  },
  'message attributes come out with a message': async (cloud) => {
    const queue = await createQueue(cloud);
    const attributes = { severity: { DataType: 'String', StringValue: 'critical' } };
    await cloud
      .sqs(cloud.home)
      .send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'x', MessageAttributes: attributes }));
    const message = await take(cloud, queue);
    assert.equal(message.MessageAttributes?.['severity']?.StringValue, 'critical');
  },
  'a message that was deleted does not come again': async (cloud) => {
    const queue = await createQueue(cloud, { VisibilityTimeout: '1' });
    await send(cloud, queue, 'once');
    await take(cloud, queue);
    assert.deepEqual(await takeAll(cloud, queue, { timeoutMs: 1_500 }), []);
  },
  'a message with a delay does not come before': async (cloud) => {
    const queue = await createQueue(cloud);
    const sentAt = performance.now();
    await send(cloud, queue, 'later', 2);
    assert.deepEqual(await receive(cloud, queue), []);
    await take(cloud, queue);
    assert.ok(performance.now() - sentAt > 1_500);
  },
  'a delay of more than 15 minutes is refused': async (cloud) => {
    const queue = await createQueue(cloud);
    await refused(send(cloud, queue, 'x', 901), { status: 400, code: 'InvalidParameterValue' });
  },
  'a received message is hidden, comes again after its time-out, and is counted': async (cloud) => {
    const queue = await createQueue(cloud, { VisibilityTimeout: '2' });
    await send(cloud, queue, 'again');
    const [first] = await receive(cloud, queue);
    assert.equal(first?.Attributes?.['ApproximateReceiveCount'], '1');
    assert.deepEqual(await receive(cloud, queue), []);
    const second = await take(cloud, queue);
    assert.deepEqual([second.MessageId, second.Attributes?.['ApproximateReceiveCount']], [first?.MessageId, '2']);
  },
  'a message is given back at once by a visibility of zero': async (cloud) => {
    const queue = await createQueue(cloud);
    await send(cloud, queue, 'back');
    const [message] = await receive(cloud, queue);
    const handle = { QueueUrl: queue.url, ReceiptHandle: message?.ReceiptHandle };
    await cloud.sqs(cloud.home).send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
    assert.equal((await take(cloud, queue)).MessageId, message?.MessageId);
  },
  'a message that is received too often goes to the dead-letter queue': async (cloud) => {
    const dead = await createQueue(cloud);
    const redrive = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const queue = await createQueue(cloud, { RedrivePolicy: redrive, VisibilityTimeout: '0' });
    await send(cloud, queue, 'poison');
    const received = await eventually(async () => {
      await receive(cloud, queue);
      return (await receive(cloud, dead))[0];
    });
    assert.equal(received.Body, 'poison');
  },
  'a batch is sent, and the entry that is wrong is answered for by itself': async (cloud) => {
    const queue = await createQueue(cloud);
    const entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id, DelaySeconds: Id === 'b' ? 901 : 0 }));
    const output = await cloud
      .sqs(cloud.home)
      .send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: entries }));
    assert.deepEqual(output.Successful?.map(({ Id: id = '' }) => id).toSorted(), ['a', 'c']);
    assert.deepEqual(
      output.Failed?.map(({ Id: id, Code: code }) => [id, code]),
      [['b', 'InvalidParameterValue']],
    );
    const bodies = (await takeAll(cloud, queue)).map(({ Body: body = '' }) => body);
    assert.deepEqual(bodies.toSorted(), ['a', 'c']);
  },
  'a batch is received and deleted': async (cloud) => {
    const queue = await createQueue(cloud);
    for (const body of ['a', 'b', 'c']) await send(cloud, queue, body);
    const messages = await eventually(async () => {
      const some = await receive(cloud, queue, { MaxNumberOfMessages: 10, VisibilityTimeout: 1 });
      return some.length === 3 ? some : undefined;
    });
    const entries = messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    const sqs = cloud.sqs(cloud.home);
    const output = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries: entries }));
    assert.equal(output.Successful?.length, 3);
    assert.deepEqual(await takeAll(cloud, queue, { timeoutMs: 1_300 }), []);
  },
  'whoever waits for a message gets it when it comes': async (cloud) => {
    const queue = await createQueue(cloud);
    const startedAt = performance.now();
    const waiting = receive(cloud, queue, { WaitTimeSeconds: 5 });
    await send(cloud, queue, 'here');
    const [message] = await waiting;
    assert.equal(message?.Body, 'here');
    assert.ok(performance.now() - startedAt < 4_000);
  },
  'a queue says how many messages are in it': async (cloud) => {
    const queue = await createQueue(cloud);
    for (const body of ['a', 'b', 'c']) await send(cloud, queue, body, body === 'c' ? 60 : 0);
    await receive(cloud, queue);
    const { Attributes: counts } = await cloud
      .sqs(cloud.home)
      .send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }));
    assert.deepEqual(
      (['', 'NotVisible', 'Delayed'] as const).map((kind) => counts?.[`ApproximateNumberOfMessages${kind}`]),
      ['1', '1', '1'],
    );
  },
  'a purged queue is empty': async (cloud) => {
    const queue = await createQueue(cloud);
    await send(cloud, queue, 'x');
    await cloud.sqs(cloud.home).send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    assert.deepEqual(await receive(cloud, queue), []);
  },
  'a queue is found by its name, and not after it is deleted': async (cloud) => {
    const queue = await createQueue(cloud);
    const sqs = cloud.sqs(cloud.home);
    const name = queue.arn.slice(queue.arn.lastIndexOf(':') + 1);
    assert.equal((await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl, queue.url);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }));
    await refused(send(cloud, queue, 'x'), { status: 400, code: 'QueueDoesNotExist' });
  },
  'a receipt that is none is refused': async (cloud) => {
    const queue = await createQueue(cloud);
    const command = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: 'no receipt' });
    await refused(cloud.sqs(cloud.home).send(command), { code: 'ReceiptHandleIsInvalid' });
  },
};
