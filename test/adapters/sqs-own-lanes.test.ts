import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqsOwnLanes } from '../../src/adapters/aws/sqs-own-lanes.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';
import { createSdkClients, type SdkClients } from '../support/sdk-clients.ts';

const region = 'eu-west-1';
const call = { signal: AbortSignal.timeout(30_000) };

let cloud: Cloud;
let sdk: SdkClients;
let urls: readonly string[];

beforeEach(async () => {
  cloud = await createCloud();
  sdk = createSdkClients({ endpoint: cloud.url, credentials: cloud.credentials });
  const made = ['signals', 'looks'].map(async (QueueName) =>
    sdk.sqs(region).send(new CreateQueueCommand({ QueueName })),
  );
  urls = (await Promise.all(made)).map(({ QueueUrl = '' }) => QueueUrl);
});
afterEach(async () => {
  sdk.destroy();
  await cloud.close();
});

const areEmpty = async (): Promise<boolean> => createSqsOwnLanes({ sqs: sdk.sqs }, { region, urls }).areEmpty(call);

it.each([
  ['nothing', undefined, true],
  ['what can be taken', 0, false],
  ['what is to come later', 60, false],
])('lanes with %s in one of them', async (_, DelaySeconds, expected) => {
  const message = { QueueUrl: urls[1], MessageBody: 'x', DelaySeconds };
  if (DelaySeconds !== undefined) await sdk.sqs(region).send(new SendMessageCommand(message));
  expect(await areEmpty()).toBe(expected);
});

it('are not empty while somebody has the last message in hand', async () => {
  const [QueueUrl] = urls;
  await sdk.sqs(region).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await sdk.sqs(region).send(new ReceiveMessageCommand({ QueueUrl }));
  expect(await areEmpty()).toBe(false);
});

it('are nothing that one may guess about', async () => {
  cloud.faults.plant({ kind: 'deny', service: 'sqs', operation: 'GetQueueAttributes' });
  await expect(areEmpty()).rejects.toMatchObject({ kind: 'access-denied', operation: 'OwnLanes.areEmpty' });
});
