import { AwsError, notImplemented } from '../aws-error.ts';
import { integer, optionalText, text, texts, type JsonInput } from '../json-protocol.ts';
import { changeSettings } from './queue-attributes.ts';
import type { Operation } from './operation.ts';
import type { Queue } from './queue.ts';

/** What is done to queues as a whole. */
export const QUEUE_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateQueue: {
    on: 'account',
    members: ['QueueName', 'Attributes', 'tags'],
    action: 'CreateQueue',
    run({ queues, region, platform, input }) {
      const name = text(input, 'QueueName');
      const attributes = attributesIn(input);
      const existing = queues.find(`arn:aws:sqs:${region}:${platform.account}:${name}`);
      if (existing !== undefined && !isSame(existing, attributes)) {
        throw new AwsError(
          'QueueNameExists',
          400,
          'A queue already exists with the same name and a different value for an attribute.',
        );
      }
      return { QueueUrl: queues.urlOf(queues.create(name, region, attributes)) };
    },
  },
  GetQueueUrl: {
    on: 'account',
    members: ['QueueName', 'QueueOwnerAWSAccountId'],
    action: 'GetQueueUrl',
    run({ queues, region, platform, input }) {
      const owner = optionalText(input, 'QueueOwnerAWSAccountId') ?? platform.account;
      const queue = queues.find(`arn:aws:sqs:${region}:${owner}:${text(input, 'QueueName')}`);
      if (queue === undefined) throw new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
      return { QueueUrl: queues.urlOf(queue) };
    },
  },
  ListQueues: {
    on: 'account',
    members: ['QueueNamePrefix', 'MaxResults'],
    action: 'ListQueues',
    run({ queues, region, input }) {
      const limit = integer(input, 'MaxResults', [1, 1000]);
      const prefix = optionalText(input, 'QueueNamePrefix') ?? '';
      const found = queues.all().filter(({ region: home, name }) => home === region && name.startsWith(prefix));
      if (limit !== undefined && found.length > limit) throw notImplemented('ListQueues in pages');
      return { QueueUrls: found.map((queue) => queues.urlOf(queue)) };
    },
  },
  GetQueueAttributes: {
    on: 'queue',
    members: ['QueueUrl', 'AttributeNames'],
    action: 'GetQueueAttributes',
    run({ input }, queue) {
      const wanted = texts(input, 'AttributeNames');
      const shown = Object.entries(allAttributes(queue)).filter(
        ([name]) => wanted.includes('All') || wanted.includes(name),
      );
      return { Attributes: Object.fromEntries(shown) };
    },
  },
  SetQueueAttributes: {
    on: 'queue',
    members: ['QueueUrl', 'Attributes'],
    action: 'SetQueueAttributes',
    run({ input }, queue) {
      queue.change(attributesIn(input));
      return {};
    },
  },
  PurgeQueue: {
    on: 'queue',
    members: ['QueueUrl'],
    action: 'PurgeQueue',
    run(_, queue) {
      queue.purge();
      return {};
    },
  },
  DeleteQueue: {
    on: 'queue',
    members: ['QueueUrl'],
    action: 'DeleteQueue',
    run({ queues }, queue) {
      queues.delete(queue.arn);
      return {};
    },
  },
};

function attributesIn(input: JsonInput): Readonly<Record<string, unknown>> {
  const attributes = input['Attributes'] ?? {};
  return typeof attributes === 'object' ? { ...attributes } : {};
}

function isSame(queue: Queue, attributes: Readonly<Record<string, unknown>>): boolean {
  const settings = queue.settings();
  return Object.entries(changeSettings(settings, attributes)).every(([name, value]) => settings[name] === value);
}

function allAttributes(queue: Queue): Readonly<Record<string, string>> {
  const { visible, delayed, inFlight } = queue.counts();
  const createdAt = String(Math.floor(queue.createdAt / 1000));
  return {
    ...queue.settings(),
    QueueArn: queue.arn,
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
  };
}
