import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { patiently } from '../../src/adapters/aws/patiently.ts';
import { createSnsPublisher } from '../../src/adapters/aws/sns-publisher.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import { createSqsPoisonQueue } from '../../src/adapters/aws/sqs-queues.ts';
import type { HiddenRetries } from '../../src/model/throttle.ts';
import { renderAlert } from '../../src/render/alert.ts';
import { aFinding, OBJECT } from '../support/facts.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const region = 'eu-west-1';
const call = { signal: new AbortController().signal };

let server: ScriptedServer;
let answer: (request: ReceivedRequest, before: number) => Answer;
let clients: ReturnType<typeof createClients>;
let retries: HiddenRetries[];

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startScriptedServer((request) => answer(request, server.requests.length - 1));
  retries = [];
  const onRetries = (hidden: HiddenRetries): void => void retries.push(hidden);
  clients = createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 3, onRetries });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const alert = { finding: aFinding(), severity: 'critical', state: 'opened' } as const;
const rendered = renderAlert(alert, { id: '1', fingerprint: 'f', time: new Date(0) });

const throttledSns = {
  status: 400,
  headers: { 'content-type': 'text/xml' },
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>KMSThrottling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
};
const published: Answer = {
  headers: { 'content-type': 'text/xml' },
  body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
};

describe('alerts in a KMS storm', () => {
  it('get out although the SDK gives up at once', async () => {
    answer = (_, before) => (before < 2 ? throttledSns : published);
    const topic = createSnsPublisher(clients, { topicArn: `arn:aws:sns:${region}:111122223333:alerts`, region });
    await topic.publish(rendered, call);
    expect(server.requests).toHaveLength(3);
  });

  it('are not tried again where something else is wrong', async () => {
    answer = () => ({ ...throttledSns, body: throttledSns.body.replace('KMSThrottling', 'KMSDisabled') });
    const topic = createSnsPublisher(clients, { topicArn: `arn:aws:sns:${region}:111122223333:alerts`, region });
    await expect(topic.publish(rendered, call)).rejects.toMatchObject({ kind: 'unexpected' });
    expect(server.requests).toHaveLength(1);
  });

  it('do not lose what goes to a queue', async () => {
    answer = ({ body }, before) => {
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      const error = { __type: 'com.amazonaws.sqs#KmsThrottled', message: 'Rate exceeded' };
      if (before === 0) return { status: 400, headers, body: JSON.stringify(error) };
      const { MessageBody: kept = '' } = JSON.parse(body) as { MessageBody?: string };
      const MD5OfMessageBody = createHash('md5').update(kept).digest('hex');
      return { headers, body: JSON.stringify({ MessageId: '1', MD5OfMessageBody }) };
    };
    await createSqsPoisonQueue(clients, { region, poisonQueueUrl: 'https://sqs/poison' }).setAside(
      { body: 'x', reason: 'y' },
      call,
    );
    expect(server.requests).toHaveLength(2);
  });

  it('are given up after five attempts, for redelivery to go on', async () => {
    let attempts = 0;
    const throttled = Object.assign(new Error('slow'), { name: 'KmsThrottled', $metadata: { httpStatusCode: 400 } });
    const send = async (): Promise<never> => {
      attempts += 1;
      throw throttled;
    };
    await expect(patiently(send, { ...call, waitsMs: [1, 1, 1, 1] })).rejects.toBe(throttled);
    expect(attempts).toBe(5);
  });
});

describe('a HEAD that is told to slow down', () => {
  const kmsSlowDown: Answer = {
    status: 503,
    headers: { 'content-type': 'application/xml' },
    body: '<Error><Code>SlowDown</Code><Message>Please reduce your request rate for operations involving AWS KMS.</Message></Error>',
  };

  it.each([
    ['is asked again with a body where checksums spend KMS requests', true, 'kms-throttled', 6],
    ['is not where they were not asked for', false, 'throttled', 3],
  ])('%s', async (_title, checksums, reason, requests) => {
    answer = ({ method }) => (method === 'HEAD' ? { status: 503 } : kmsSlowDown);
    const seen = await createS3ObjectStore(clients).head({ ...OBJECT, region }, { ...call, checksums });
    expect(seen).toEqual({ state: 'unreadable', reason });
    expect(server.requests).toHaveLength(requests);
  });
});

describe('attempts that nobody else sees', () => {
  const found: Answer = {
    headers: { etag: '"abc"', 'content-length': '0', 'last-modified': new Date(0).toUTCString() },
  };
  const slowDown = (text: string): Answer => ({
    status: 503,
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>SlowDown</Code><Message>Please reduce your request rate${text}.</Message></Error>`,
  });
  const OF_KMS = slowDown(' for operations involving AWS KMS');
  const OF_S3 = slowDown('');
  const object = { bucket: 'photos', region, key: 'a b/é/1' };
  const s3 = { of: 's3', region, bucket: 'photos', prefix: 'a b/' };
  const kms = { of: 'kms', region };
  const head = async (checksums: boolean) => createS3ObjectStore(clients).head(object, { ...call, checksums });
  const read = async () => {
    const opened = await createS3ObjectStore(clients).read(object, call);
    if (opened.state === 'present') await opened.value.body[Symbol.asyncIterator]().return?.();
  };

  it.each<[string, readonly Answer[], () => Promise<unknown>, readonly object[]]>([
    ['are told with the prefix where S3 throttled', [OF_S3], read, [{ retries: 1, throttles: 1, limit: s3 }]],
    ['are told with KMS where it says so', [OF_KMS, OF_S3], read, [{ retries: 2, throttles: 2, limit: kms }]],
    [
      'are told with the prefix where a HEAD has no words',
      [{ status: 503 }],
      async () => head(false),
      [{ retries: 1, throttles: 1, limit: s3 }],
    ],
    [
      'name nobody where checksums might have been the reason',
      [{ status: 503 }, { status: 503 }],
      async () => head(true),
      [{ retries: 2, throttles: 2 }],
    ],
    ['are no throttles where a server is in trouble', [{ status: 500 }], read, [{ retries: 1, throttles: 0 }]],
    ['are none where one was enough', [], read, []],
    ['are none of ours to tell where all were in vain: the look says so', [OF_S3, OF_S3, OF_S3], read, []],
  ])('%s', async (_title, troubles, look, told) => {
    answer = (_, before) => troubles[before] ?? found;
    await look();
    expect(retries).toEqual(told);
  });

  it('are told apart, request by request', async () => {
    const first = new Set<string>();
    answer = ({ url }) => {
      const isFirst = !first.has(url);
      first.add(url);
      return isFirst && url.includes('slow') ? OF_S3 : found;
    };
    const keys = ['slow/1', 'quick/1', 'slow/2', 'quick/2'];
    const store = createS3ObjectStore(clients);
    await Promise.all(keys.map(async (key) => store.head({ ...object, key }, { ...call, checksums: false })));
    expect(retries).toEqual([1, 2].map(() => ({ retries: 1, throttles: 1, limit: { ...s3, prefix: 'slow/' } })));
  });

  it('of other services have no limit that is told apart', async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    const slow = { __type: 'com.amazonaws.sqs#RequestThrottled', message: 'Rate exceeded' };
    answer = ({ body }, before) => {
      if (before === 0) return { status: 400, headers, body: JSON.stringify(slow) };
      const { MessageBody: kept = '' } = JSON.parse(body) as { MessageBody?: string };
      const MD5OfMessageBody = createHash('md5').update(kept).digest('hex');
      return { headers, body: JSON.stringify({ MessageId: '1', MD5OfMessageBody }) };
    };
    const queue = createSqsPoisonQueue(clients, { region, poisonQueueUrl: 'https://sqs/poison' });
    await queue.setAside({ body: 'x', reason: 'y' }, call);
    expect(retries).toEqual([{ retries: 1, throttles: 1 }]);
  });
});
