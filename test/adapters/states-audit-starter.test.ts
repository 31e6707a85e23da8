import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createStatesAuditStarter } from '../../src/adapters/aws/states-audit-starter.ts';
import { systemClock } from '../../src/adapters/aws/system-clock.ts';
import { type Cloud, createCloud } from '../../src/sandbox/cloud.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:holdfast-dev-audit';
const call = { signal: AbortSignal.timeout(20_000) };

let cloud: Cloud;
beforeAll(async () => {
  cloud = await createCloud();
});
afterAll(async () => cloud.close());
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
});
afterEach(() => void vi.unstubAllEnvs());

function starter(endpoint: string, now = () => systemClock.now()) {
  return createStatesAuditStarter(createClients({ customEndpoint: true, endpoint }), { endpoint, now });
}

/** A server that answers everything alike. */
async function answering(
  answer: { readonly status: number; readonly text: string },
  talk: (endpoint: string, heard: { readonly request: IncomingMessage; readonly body: string }[]) => Promise<void>,
): Promise<void> {
  const heard: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ request, body });
      response.writeHead(answer.status).end(answer.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await talk(`http://127.0.0.1:${port}`, heard);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

it('signs so that whoever checks signatures takes it, and says what the service refuses', async () => {
  await expect(starter(cloud.url).start(MACHINE, { audit: 'nightly' }, call)).rejects.toMatchObject({
    kind: 'unexpected',
    message: expect.stringContaining('StateMachineDoesNotExist'),
  });
});

it.each([
  ['another secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }, undefined],
  ['another session', { AWS_SESSION_TOKEN: 'wrong' }, undefined],
  ['another time', {}, () => new Date('2020-01-01T00:00:00Z')],
])('is refused with %s', async (_, changes, now) => {
  for (const [name, value] of Object.entries(changes)) vi.stubEnv(name, value);
  await expect(starter(cloud.url, now).start(MACHINE, { audit: 'nightly' }, call)).rejects.toMatchObject({
    kind: 'access-denied',
  });
});

it('asks for the machine with the audit as its input, and answers the execution', async () => {
  const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:holdfast-dev-audit:x';
  await answering({ status: 200, text: JSON.stringify({ executionArn, startDate: 1 }) }, async (endpoint, heard) => {
    expect(await starter(endpoint).start(MACHINE, { audit: 'nightly' }, call)).toBe(executionArn);
    const [{ request, body } = { request: undefined, body: '' }] = heard;
    expect(JSON.parse(body)).toEqual({ stateMachineArn: MACHINE, input: '{"audit":"nightly"}' });
    expect([request?.method, request?.url]).toEqual(['POST', '/']);
    expect(request?.headers).toMatchObject({
      'x-amz-target': 'AWSStepFunctions.StartExecution',
      'content-type': 'application/x-amz-json-1.0',
    });
  });
});

it.each([
  [503, 'out of order', 'unavailable'],
  [429, '{"__type":"com.amazonaws.swf.service.v2#ThrottlingException","message":"Rate exceeded"}', 'throttled'],
  [200, '{}', 'unexpected'],
  [200, 'null', 'unexpected'],
])('tells what an answer %i with %s means', async (status, text, kind) => {
  await answering({ status, text }, async (endpoint) => {
    await expect(starter(endpoint).start(MACHINE, { audit: 'nightly' }, call)).rejects.toMatchObject({ kind });
  });
});

it('asks the Region of the machine, with the name that its partition has', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.href);
    return new Response(JSON.stringify({ executionArn: 'e' }));
  });
  try {
    const clients = createClients({ customEndpoint: false });
    const real = createStatesAuditStarter(clients, { now: () => systemClock.now() });
    await real.start(MACHINE, { audit: 'a' }, call);
    await real.start(MACHINE.replace('aws:states:eu-west-1', 'aws-cn:states:cn-north-1'), { audit: 'a' }, call);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(asked).toEqual(['https://states.eu-west-1.amazonaws.com/', 'https://states.cn-north-1.amazonaws.com.cn/']);
});
