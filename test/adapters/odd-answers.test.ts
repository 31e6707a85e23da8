import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import type { ObjectStore } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { OBJECT } from '../support/facts.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

let server: ScriptedServer;
let objects: ObjectStore;
let answer: (request: ReceivedRequest) => Answer;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startScriptedServer((request) => answer(request));
  objects = createS3ObjectStore(createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 }));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

it.each([
  ['names no range', {}],
  ['begins elsewhere', { 'content-range': 'bytes 0-9/10' }],
])('refuses to go on reading where an answer %s, which would be taken for other content', async (_, headers) => {
  answer = ({ method }) => ({
    headers: { etag: '"abc"', 'content-length': '10', ...(method === 'GET' ? headers : {}) },
    body: '0123456789',
  });
  const reading = objects.read(OBJECT, { ...aBudget(), fromByte: 4 });
  await expect(reading).rejects.toMatchObject({ kind: 'unexpected', operation: 'ObjectStore.read' });
  await vi.waitFor(async () => expect(await server.connections()).toBeLessThan(2));
});

it('goes on reading where the answer begins at the byte that was asked for', async () => {
  answer = ({ method }) =>
    method === 'HEAD'
      ? { headers: { etag: '"abc"', 'content-length': '10' } }
      : { status: 206, headers: { etag: '"abc"', 'content-range': 'bytes 4-9/10' }, body: '456789' };
  const opened = await objects.read(OBJECT, { ...aBudget(), fromByte: 4 });
  if (opened.state !== 'present') throw new Error(`expected a body, got ${opened.state}`);
  let text = '';
  for await (const chunk of opened.value.body) text += Buffer.from(chunk).toString();
  expect(text).toBe('456789');
  expect(opened.value.state.sizeBytes).toBe(10);
});

it('takes a server that has no such part for one that does not tell the parts', async () => {
  answer = () => ({ status: 416 });
  const parts = await objects.parts(OBJECT, { ...aBudget(), sizeBytes: 0, exact: true });
  expect(parts).toEqual({ state: 'absent' });
});

it.each(['HEAD', 'GET'])('does not take an answer to %s without a length for an empty object', async (method) => {
  const chunking = createServer((request, response) => {
    response.setHeader('etag', '"abc"');
    if (request.method === 'GET') response.write('hello');
    response.end();
  });
  await new Promise<void>((listening) => chunking.listen(0, '127.0.0.1', listening));
  const endpoint = `http://127.0.0.1:${(chunking.address() as AddressInfo).port}`;
  const other = createS3ObjectStore(createClients({ customEndpoint: true, endpoint, maxAttempts: 1 }));
  try {
    const look =
      method === 'HEAD' ? other.head(OBJECT, { ...aBudget(), checksums: false }) : other.read(OBJECT, aBudget());
    await expect(look).rejects.toMatchObject({ kind: 'unexpected' });
  } finally {
    chunking.closeAllConnections();
    chunking.close();
  }
});
