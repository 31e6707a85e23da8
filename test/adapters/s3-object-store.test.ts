import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import { HoldfastError } from '../../src/errors.ts';
import { CHECKSUM_ALGORITHMS } from '../../src/model/checksum.ts';
import type { ObjectStore } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { OBJECT } from '../support/facts.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const CONTENT = Buffer.from('0123456789');
const HEADERS = { etag: '"781e5e245d69b566979b86e28d23f2c7"', 'last-modified': 'Sun, 01 Nov 2026 00:00:00 GMT' };
const call = aBudget();

let server: ScriptedServer;
let objects: ObjectStore;
let answer: (request: ReceivedRequest) => Answer;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  answer = () => ({ headers: HEADERS, body: CONTENT });
  server = await startScriptedServer((request) => answer(request));
  objects = createS3ObjectStore(createClients({ customEndpoint: true, endpoint: server.endpoint, maxAttempts: 1 }));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const error = (code: string, message = ''): string =>
  `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const refuse = (status: number, code: string, message?: string) => (): Answer => ({
  status,
  body: error(code, message),
});

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function readBytes(options: Partial<Parameters<ObjectStore['read']>[1]> = {}): Promise<string> {
  const opened = await objects.read(OBJECT, { ...call, ...options });
  return opened.state === 'present' ? bytesOf(opened.value.body) : opened.state;
}

describe('a GET that fails', () => {
  it.each([
    [404, 'NoSuchKey', undefined, { state: 'absent' }],
    [404, 'NoSuchVersion', undefined, { state: 'absent' }],
    [405, 'MethodNotAllowed', undefined, { state: 'absent', deleteMarker: true }],
    [412, 'PreconditionFailed', undefined, 'overwritten-meanwhile'],
    [403, 'AccessDenied', undefined, 'access-denied'],
    [403, 'InvalidObjectState', undefined, 'archived'],
    [301, 'PermanentRedirect', undefined, 'wrong-region'],
    [400, 'AuthorizationHeaderMalformed', undefined, 'wrong-region'],
    [400, 'KMS.DisabledException', undefined, 'key-unusable'],
    [400, 'KMS.NotFoundException', undefined, 'key-unusable'],
    [400, 'KMS.KMSInvalidStateException', undefined, 'key-unusable'],
    [400, 'KMS.InvalidKeyUsageException', undefined, 'key-unusable'],
    [400, 'KMS.ThrottlingException', undefined, 'kms-throttled'],
    [400, 'InvalidRequest', 'The object was stored using a form of Server Side Encryption.', 'sse-c'],
    [503, 'SlowDown', 'Please reduce your request rate.', 'throttled'],
    [503, 'SlowDown', 'Please reduce your request rate for operations involving AWS KMS.', 'kms-throttled'],
    [429, 'TooManyRequests', undefined, 'throttled'],
  ])('says about the object: %i %s (%s)', async (status, code, message, expected) => {
    answer = refuse(status, code, message);
    const reason = typeof expected === 'string' ? { state: 'unreadable', reason: expected } : expected;
    expect(await objects.read(OBJECT, call)).toEqual(reason);
  });

  it.each([
    [403, 'SignatureDoesNotMatch', 'access-denied'],
    [403, 'RequestTimeTooSkewed', 'access-denied'],
    [400, 'ExpiredToken', 'access-denied'],
    [500, 'InternalError', 'unavailable'],
    [502, 'BadGateway', 'unavailable'],
    [400, 'SomethingOf2031', 'unexpected'],
  ])('says something about us, not about the object: %i %s', async (status, code, kind) => {
    answer = refuse(status, code);
    await expect(objects.read(OBJECT, call)).rejects.toMatchObject({
      name: 'HoldfastError',
      kind,
      operation: 'ObjectStore.read',
    });
  });

  it('says something about us where nobody answers', async () => {
    await server.close();
    await expect(objects.read(OBJECT, call)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a HEAD that fails', () => {
  it.each([
    [404, { state: 'absent' }],
    [405, { state: 'absent', deleteMarker: true }],
    [301, { state: 'unreadable', reason: 'wrong-region' }],
    [503, { state: 'unreadable', reason: 'throttled' }],
  ])('says by its status alone: %i', async (status, expected) => {
    answer = () => ({ status });
    expect(await objects.head(OBJECT, { ...call, checksums: false })).toEqual(expected);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [400, 'KMS.DisabledException', { state: 'unreadable', reason: 'key-unusable' }],
    [400, 'InvalidRequest', { state: 'unreadable', reason: 'sse-c' }],
    [403, 'AccessDenied', { state: 'unreadable', reason: 'access-denied' }],
  ])('is explained by a GET: %i %s', async (status, code, expected) => {
    answer = refuse(status, code, 'Server Side Encryption');
    expect(await objects.head(OBJECT, { ...call, checksums: false })).toEqual(expected);
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  it('does not accuse the object of our expired credentials', async () => {
    answer = refuse(403, 'RequestTimeTooSkewed');
    await expect(objects.head(OBJECT, { ...call, checksums: false })).rejects.toBeInstanceOf(HoldfastError);
  });

  it('gives the connection of the GET back that explained it', async () => {
    answer = ({ method }) =>
      method === 'HEAD' ? { status: 400 } : { headers: HEADERS, body: Buffer.alloc(10_000_000) };
    expect((await objects.head(OBJECT, { ...call, checksums: false })).state).toBe('present');
    await vi.waitFor(async () => expect(await server.connections()).toBeLessThanOrEqual(1));
  });
});

describe('what is asked', () => {
  it('names the version, and the checksums only where they are wanted', async () => {
    answer = () => ({ headers: HEADERS });
    await objects.head(OBJECT, { ...call, checksums: false });
    await objects.head(OBJECT, { ...call, checksums: true });
    const [without, wanted] = server.requests;
    expect(without?.url).toBe('/photos/a%20b/%EF%BD%9E%F0%9F%98%80?versionId=v1');
    expect(without?.headers['x-amz-checksum-mode']).toBeUndefined();
    expect(wanted?.headers['x-amz-checksum-mode']).toBe('ENABLED');
  });

  it('is the checksums too whenever content is read, and the ETag in quotes', async () => {
    await readBytes({ ifMatch: 'abc-2' });
    expect(server.requests[0]?.headers).toMatchObject({ 'x-amz-checksum-mode': 'ENABLED', 'if-match': '"abc-2"' });
    expect(server.requests[0]?.headers).not.toHaveProperty('range');
  });

  it('is a HEAD for the checksums and a range for the bytes where a reading goes on', async () => {
    answer = ({ method }) =>
      method === 'HEAD'
        ? {
            headers: {
              ...HEADERS,
              'content-length': '10',
              'x-amz-checksum-crc32': 'b2JqZQ==',
              'x-amz-checksum-type': 'FULL_OBJECT',
            },
          }
        : {
            status: 206,
            headers: { ...HEADERS, 'content-range': 'bytes 4-9/10', 'x-amz-checksum-crc32': 'cGFydA==' },
            body: CONTENT.subarray(4),
          };
    const opened = await objects.read(OBJECT, { ...call, ifMatch: 'abc', fromByte: 4 });
    expect(server.requests.map(({ method, headers }) => [method, headers.range])).toEqual([
      ['HEAD', undefined],
      ['GET', 'bytes=4-'],
    ]);
    expect(opened).toMatchObject({
      value: { state: { sizeBytes: 10, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64: 'b2JqZQ==' }] } },
    });
    expect(opened.state === 'present' && (await bytesOf(opened.value.body))).toBe('456789');
  });
});

describe('what comes', () => {
  it.each(CHECKSUM_ALGORITHMS)(
    'is readable whatever the only checksum is, and not validated by the SDK: %s',
    async (algorithm) => {
      const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
      answer = () => ({
        headers: { ...HEADERS, [name]: 'AAAAAA==', 'x-amz-checksum-type': 'FULL_OBJECT' },
        body: CONTENT,
      });
      const opened = await objects.read(OBJECT, call);
      expect(opened).toMatchObject({
        value: { state: { checksums: [{ algorithm, type: 'FULL_OBJECT', base64: 'AAAAAA==' }] } },
      });
      expect(opened.state === 'present' && (await bytesOf(opened.value.body))).toBe('0123456789');
    },
  );

  it('ends where the connection breaks', async () => {
    answer = () => ({ headers: HEADERS, body: CONTENT, breakAfter: 4 });
    expect(await readBytes()).toBe('0123');
  });

  it('does not end quietly where we gave up ourselves', async () => {
    const giveUp = new AbortController();
    answer = () => ({ headers: { ...HEADERS, 'content-length': '20' }, body: CONTENT });
    const opened = await objects.read(OBJECT, { signal: giveUp.signal });
    setTimeout(() => giveUp.abort(), 20);
    await expect(opened.state === 'present' && bytesOf(opened.value.body)).rejects.toBeInstanceOf(HoldfastError);
  });

  it('gives its connection back when nobody asks for the first byte', async () => {
    answer = () => ({ headers: HEADERS, body: Buffer.alloc(10_000_000) });
    const opened = await objects.read(OBJECT, call);
    if (opened.state === 'present') await opened.value.body[Symbol.asyncIterator]().return?.();
    await vi.waitFor(async () => expect(await server.connections()).toBe(0));
  });

  it('is nothing for an empty object', async () => {
    answer = () => ({ headers: HEADERS });
    expect(await readBytes()).toBe('');
  });
});
