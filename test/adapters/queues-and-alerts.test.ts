import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createSnsPublisher } from '../../src/adapters/aws/sns-publisher.ts';
import { createSqsLookQueue, createSqsPoisonQueue } from '../../src/adapters/aws/sqs-queues.ts';
import { parseLook } from '../../src/ingest/look-message.ts';
import { renderAlert } from '../../src/render/alert.ts';
import { aBudget } from '../support/deliver.ts';
import { aFinding, aLook, anEvent } from '../support/facts.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const NOW = new Date('2026-11-02T00:00:00Z');
const clock = { now: () => NOW };
const region = 'eu-west-1';
const LOOKS = 'https://sqs/looks';
const READS = 'https://sqs/reads';

let server: ScriptedServer;
let clients: ReturnType<typeof createClients>;
let answer: (request: ReceivedRequest) => Answer;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  answer = accepted;
  server = await startScriptedServer((request) => answer(request));
  clients = createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

/** SQS sends the MD5 of what it has kept, and the SDK compares. */
function accepted({ body }: ReceivedRequest): Answer {
  const { MessageBody: kept = '' } = JSON.parse(body) as { MessageBody?: string };
  const MD5OfMessageBody = createHash('md5').update(kept).digest('hex');
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { headers, body: JSON.stringify({ MessageId: '1', MD5OfMessageBody }) };
}

const sent = (): Record<string, unknown> => JSON.parse(server.requests.at(-1)?.body ?? '{}') as Record<string, unknown>;

describe('the queue of looks', () => {
  const later = (ms: number): Date => new Date(NOW.getTime() + ms);

  it.each([
    ['no delay without a time', undefined, 0],
    ['no delay when it is overdue', later(-5_000), 0],
    ['whole seconds, rather too late than too early', later(1_001), 2],
    ['fifteen minutes at most', later(14_400_000), 900],
  ])('gives %s', async (_, dueAt, delay) => {
    const queue = createSqsLookQueue(clients, { region, looksQueueUrl: LOOKS, readsQueueUrl: READS, clock });
    const look = aLook(dueAt === undefined ? {} : { dueAt });
    await queue.enqueue(look, aBudget());
    expect(sent()['DelaySeconds']).toBe(delay);
    expect(parseLook(sent()['MessageBody'])).toEqual(look);
  });

  it.each([
    ['recorded', LOOKS],
    ['content', READS],
  ] as const)('has a lane for each reach: %s', async (reach, url) => {
    const queue = createSqsLookQueue(clients, { region, looksQueueUrl: LOOKS, readsQueueUrl: READS, clock });
    await queue.enqueue(aLook({ reach }), aBudget());
    expect(sent()['QueueUrl']).toBe(url);
  });
});

it('keeps an unreadable record as it came, beside the reason', async () => {
  const queue = createSqsPoisonQueue(clients, { region, poisonQueueUrl: 'https://sqs/poison' });
  await queue.setAside({ body: '{"é～😀', reason: 'no JSON' }, aBudget());
  expect(JSON.parse(String(sent()['MessageBody']))).toEqual({ reason: 'no JSON', record: '{"é～😀' });
});

it.each([
  [400, 'ThrottlingException', 'throttled'],
  [403, 'AccessDeniedException', 'access-denied'],
  [503, 'ServiceUnavailable', 'unavailable'],
  [400, 'AWS.SimpleQueueService.NonExistentQueue', 'unexpected'],
])('says what a refusal means for us: %i %s', async (status, code, kind) => {
  answer = () => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: code }),
  });
  const queue = createSqsPoisonQueue(clients, { region, poisonQueueUrl: 'https://sqs/poison' });
  await expect(queue.setAside({ body: '', reason: '' }, aBudget())).rejects.toMatchObject({
    kind,
    operation: 'PoisonQueue.setAside',
  });
});

describe('the topic of alerts', () => {
  const alert = renderAlert(
    { finding: aFinding(), severity: 'critical', state: 'opened', event: anEvent() },
    { id: 'id', fingerprint: 'fingerprint', time: NOW },
  );

  it('gets attributes to filter by, and a subject that SNS takes whatever the key', async () => {
    answer = () => ({
      headers: { 'content-type': 'text/xml' },
      body: '<PublishResponse><PublishResult/></PublishResponse>',
    });
    const topic = createSnsPublisher(clients, { topicArn: 'arn:aws:sns:eu-west-1:000000000000:alerts', region });
    await topic.publish(alert, aBudget());
    const form = new URLSearchParams(server.requests[0]?.body ?? '');
    const entries = [1, 2, 3, 4, 5, 6].map((n) => [
      form.get(`MessageAttributes.entry.${n}.Name`),
      form.get(`MessageAttributes.entry.${n}.Value.StringValue`),
    ]);
    expect(Object.fromEntries(entries)).toEqual({
      severity: 'critical',
      code: 'content-differs-from-etag',
      family: 'integrity',
      region: 'eu-west-1',
      bucket: 'photos',
      state: 'opened',
    });
    expect(form.get('Subject')).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(form.get('MessageStructure')).toBe('json');
    const { default: event } = JSON.parse(form.get('Message') ?? '') as { readonly default: string };
    expect(JSON.parse(event)).toEqual(alert.event);
  });

  it('asks for redelivery where the topic fails', async () => {
    answer = () => ({
      status: 500,
      headers: { 'content-type': 'text/xml' },
      body: '<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>',
    });
    const topic = createSnsPublisher(clients, { topicArn: 'arn:aws:sns:eu-west-1:000000000000:alerts', region });
    await expect(topic.publish(alert, aBudget())).rejects.toMatchObject({
      kind: 'unavailable',
      retryable: true,
    });
  });
});
