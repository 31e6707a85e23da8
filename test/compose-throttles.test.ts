import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClients } from '../src/adapters/aws/clients.ts';
import { createDynamoDbCounters } from '../src/adapters/aws/dynamodb-counters.ts';
import { createBatchHandler } from '../src/compose.ts';
import { hiddenCounter, type Limit, throttleCounter } from '../src/model/throttle.ts';
import { type Cloud, createCloud } from '../src/sandbox/cloud.ts';
import { notificationOf } from './support/deliver.ts';
import { anEvent } from './support/facts.ts';

const region = 'eu-west-1';
const call = { signal: new AbortController().signal };
const object = { bucket: 'photos', region, key: 'a b/1' };
const LIMIT: Limit = { of: 's3', region, bucket: 'photos', prefix: 'a b/' };

let cloud: Cloud;

beforeEach(async () => {
  cloud = await createCloud();
  const { url, credentials } = cloud;
  const options = { region, endpoint: url, credentials };
  const sqs = new SQSClient(options);
  const queue = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
  const variables = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    LEDGER_TABLE: 'ledger',
    ALERT_TOPIC_ARN: (await new SNSClient(options).send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn ?? '',
    LOOKS_QUEUE_URL: await queue('looks'),
    READS_QUEUE_URL: await queue('reads'),
    POISON_QUEUE_URL: await queue('poison'),
    PEER_QUEUE_NAME: 'peer',
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({ Bucket: 'photos', CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: object.key, Body: 'x' }));
  const names = ['pk', 'sk'] as const;
  await new DynamoDBClient(options).send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
});

/** What the counters of the ledger hold after one event. */
async function sumsAfterOneEvent(): Promise<{ readonly hidden: readonly number[]; readonly looks: readonly number[] }> {
  const record = { messageId: '1', body: notificationOf(anEvent({ object, eventAt: new Date() })), attributes: {} };
  const event = { Records: [record] } as unknown as SQSEvent;
  const context = { getRemainingTimeInMillis: () => 30_000 } as unknown as Context;
  expect(await createBatchHandler()(event, context)).toEqual({ batchItemFailures: [] });
  const clients = createClients({ customEndpoint: true });
  const counters = createDynamoDbCounters(clients, { table: 'ledger', region, clock: { now: () => new Date() } });
  const sums = async (name: string) => (await counters.history(name, 3_600_000, call)).map(({ sum }) => sum);
  return { hidden: await sums(hiddenCounter(LIMIT)), looks: await sums(throttleCounter(LIMIT)) };
}

it('a throttle that the SDK has hidden reaches the ledger before the function answers', async () => {
  cloud.faults.plant({ kind: 'throttle', operation: 'GetObject', times: 1 });
  cloud.faults.plant({ kind: 'throttle', operation: 'HeadObject', times: 1 });
  const { hidden, looks } = await sumsAfterOneEvent();
  expect(looks).toEqual([]);
  expect(hidden.length).toBeGreaterThan(0);
});

it('nothing is counted where nothing was throttled', async () => {
  expect(await sumsAfterOneEvent()).toEqual({ hidden: [], looks: [] });
});
