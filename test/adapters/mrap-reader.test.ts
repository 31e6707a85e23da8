import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { createMrapClient } from '../../src/adapters/aws/mrap-client.ts';
import { createMrapReader } from '../../src/adapters/aws/mrap-reader.ts';
import { createWatchClients } from '../../src/adapters/aws/watch-clients.ts';
import type { MrapReader } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { type Answer, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const ARN = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';
const HOST = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com';

let server: ScriptedServer;
let answer: Answer;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  answer = { headers: { etag: '"abc"' }, body: 'canary' };
  server = await startScriptedServer(() => answer);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const reader = (endpoint?: string): MrapReader =>
  createMrapReader(
    createWatchClients({ customEndpoint: true, maxAttempts: 1, ...(endpoint === undefined ? {} : { endpoint }) }),
    'eu-west-1',
  );

describe('a read through an access point', () => {
  it.each([
    ['an option', () => reader(server.endpoint)],
    [
      'the environment',
      () => {
        vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
        return reader();
      },
    ],
  ])('goes to the endpoint from %s, with the access point as its host, signed for every Region', async (_, make) => {
    expect(await make().read(ARN, 'a b/é', aBudget())).toEqual({
      state: 'present',
      value: { etag: 'abc', text: 'canary' },
    });
    expect(server.requests).toMatchObject([{ method: 'GET', url: '/a%20b/%C3%A9?x-id=GetObject' }]);
    const { host, authorization, ...headers } = server.requests[0]?.headers ?? {};
    expect(host).toBe(HOST);
    expect(authorization).toMatch(/^AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/s3\/aws4_request/);
    expect(authorization).toContain('host;');
    expect(headers['x-amz-region-set']).toBe('*');
  });

  it('goes to AWS where no endpoint is configured', async () => {
    const seen: unknown[] = [];
    const client = await createMrapClient({
      region: 'eu-west-1',
      maxAttempts: 1,
      requestHandler: {
        handle: async ({ hostname, protocol }: { readonly hostname: string; readonly protocol: string }) => {
          seen.push([protocol, hostname]);
          throw new Error('no network');
        },
      },
    });
    await expect(client.send(new GetObjectCommand({ Bucket: ARN, Key: 'k' }))).rejects.toThrow('no network');
    expect(seen).toEqual([['https:', HOST]]);
  });

  it.each([
    ['COMPLETED', 'COMPLETED'],
    ['COMPLETE', 'COMPLETED'],
    ['REPLICA', 'REPLICA'],
    ['PENDING', 'PENDING'],
  ])('tells the status %s of the bucket that answered', async (header, replicationStatus) => {
    answer = { headers: { etag: '"abc"', 'x-amz-replication-status': header }, body: 'canary' };
    const seen = await reader(server.endpoint).read(ARN, 'k', aBudget());
    expect(seen).toEqual({ state: 'present', value: { replicationStatus, etag: 'abc', text: 'canary' } });
  });

  it.each([
    ['that is not there', 404, 'NoSuchKey', { state: 'absent' }],
    ['that our role may not read', 403, 'AccessDenied', { state: 'unreadable', reason: 'access-denied' }],
    ['that is throttled', 503, 'SlowDown', { state: 'unreadable', reason: 'throttled' }],
    ['whose key is disabled', 400, 'KMS.DisabledException', { state: 'unreadable', reason: 'key-unusable' }],
  ])('of an object %s is a value', async (_, status, code, expected) => {
    answer = { status, body: `<Error><Code>${code}</Code></Error>` };
    expect(await reader(server.endpoint).read(ARN, 'k', aBudget())).toEqual(expected);
  });

  it('of an object that is no canary by its size is not fetched', async () => {
    answer = { headers: { etag: '"abc"' }, body: 'x'.repeat(65_537) };
    const seen = await reader(server.endpoint).read(ARN, 'k', aBudget());
    expect(seen).toEqual({ state: 'unreadable', reason: 'too-large' });
    await expect.poll(() => server.connections()).toBe(0);
  });

  it.each([
    ['an error of the server', { status: 500, body: '<Error><Code>InternalError</Code></Error>' }],
    ['an unavailable service', { status: 503, body: '<Error><Code>ServiceUnavailable</Code></Error>' }],
    ['a connection that breaks', { body: 'canary', breakAfter: 2 }],
  ])('throws where nothing was learnt: %s', async (_, given) => {
    answer = given;
    await expect(reader(server.endpoint).read(ARN, 'k', aBudget())).rejects.toMatchObject({
      name: 'HoldfastError',
      kind: 'unavailable',
      operation: 'MrapReader.read',
    });
  });
});
