import assert from 'node:assert/strict';
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Message, QueueAttributeName } from '@aws-sdk/client-sqs';
import { eventually, type Patience } from '../support/eventually.ts';
import { uniqueName } from '../support/unique-name.ts';
import type { Cloud } from './contract.ts';

export interface BucketWish {
  readonly region?: string;
  readonly versioned?: boolean;
}

/** A new bucket; gives its name. */
export async function createBucket(cloud: Cloud, wish: BucketWish = {}): Promise<string> {
  const { region = cloud.home, versioned = false } = wish;
  const bucket = uniqueName('contract');
  const s3 = cloud.s3(region);
  const constraint = { LocationConstraint: region as 'eu-west-1' };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: constraint }));
  if (versioned) await setVersioning(cloud, { bucket, region, status: 'Enabled' });
  return bucket;
}

export async function setVersioning(
  cloud: Cloud,
  { bucket, region = cloud.home, status }: { bucket: string; region?: string; status: 'Enabled' | 'Suspended' },
): Promise<void> {
  const configuration = { Status: status };
  await cloud
    .s3(region)
    .send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: configuration }));
}

/** Puts a small object and gives what the server answered; the version ID is empty text where there is none. */
export async function put(
  cloud: Cloud,
  {
    bucket,
    key,
    body = 'hello world',
    region = cloud.home,
  }: { bucket: string; key: string; body?: string | Uint8Array; region?: string },
): Promise<{ versionId: string; etag: string }> {
  const output = await cloud.s3(region).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  return { versionId: output.VersionId ?? '', etag: output.ETag ?? '' };
}

/** A resource policy that lets services of AWS do one thing. */
export function allow(service: string | readonly string[], action: string, resource: string): string {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: resource };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** A new queue that any service of the account may send to. */
export async function createQueue(
  cloud: Cloud,
  attributes: Partial<Record<QueueAttributeName, string>> = {},
): Promise<Queue> {
  const sqs = cloud.sqs(cloud.home);
  const name = uniqueName('contract');
  const arn = `arn:aws:sqs:${cloud.home}:${cloud.account}:${name}`;
  const policy = allow(['s3.amazonaws.com', 'sns.amazonaws.com'], 'sqs:SendMessage', arn);
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { Policy: policy, ...attributes } }),
  );
  const { Attributes: known } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  assert.equal(known?.['QueueArn'], arn);
  return { url, arn };
}

/** Takes the next message out of a queue, waiting for it. */
export async function take(cloud: Cloud, queue: Queue, patience?: Patience): Promise<Message> {
  const sqs = cloud.sqs(cloud.home);
  return eventually(async () => {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (message === undefined) return undefined;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }));
    return message;
  }, patience);
}

/** What is in a queue after a little while, oldest first where the queue keeps order; the queue is empty afterwards. */
export async function takeAll(
  cloud: Cloud,
  queue: Queue,
  patience: Patience = { timeoutMs: 1_000 },
): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for (;;) {
    try {
      messages.push(await take(cloud, queue, patience));
    } catch {
      return messages;
    }
  }
}

/** The JSON body of a message. */
export function bodyOf(message: Message): Record<string, unknown> {
  return JSON.parse(message.Body ?? '') as Record<string, unknown>;
}
