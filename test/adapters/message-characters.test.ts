import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createSqsLookQueue } from '../../src/adapters/aws/sqs-queues.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { parseLook } from '../../src/ingest/look-message.ts';
import { firstLook } from '../../src/model/look.ts';
import { aBudget } from '../support/deliver.ts';
import { anEvent, OBJECT } from '../support/facts.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

/** What SQS takes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

let server: ScriptedServer;
const kept: string[] = [];

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startScriptedServer(({ body }) => {
    const { MessageBody: message = '' } = JSON.parse(body) as { MessageBody?: string };
    kept.push(message);
    const MD5OfMessageBody = createHash('md5').update(message).digest('hex');
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    return { headers, body: JSON.stringify({ MessageId: '1', MD5OfMessageBody }) };
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

it.each(['\uFFFF', '\uFFFE', '\u0000', '\u001F', '\uD800', '😀', '～'])(
  'a look at an object with %j in its key is a message that SQS takes',
  async (key) => {
    const clients = createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 });
    const urls = { looksQueueUrl: 'https://sqs/looks', readsQueueUrl: 'https://sqs/reads' };
    const queue = createSqsLookQueue(clients, { region: 'eu-west-1', clock: systemClock, ...urls });
    const look = firstLook(anEvent({ object: { ...OBJECT, key } }));
    await queue.enqueue(look, aBudget());
    const message = kept.at(-1) ?? '';
    expect(message).toMatch(ALLOWED);
    expect(parseLook(message)).toEqual(look);
  },
);
