import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3Prober } from '../../src/adapters/aws/s3-prober.ts';
import type { Probe } from '../../src/model/routing.ts';
import { aBudget } from '../support/deliver.ts';
import {
  type Answer,
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.ts';

const now = new Date('2026-11-02T00:00:00Z');
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/0a0a0a0a-1111-2222-3333-444455556666';

let server: ScriptedServer | undefined;

afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

const anError = (status: number, code: string, message = ''): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

async function probe(
  answer: (request: ReceivedRequest) => Answer,
  { kmsKeys = [KEY], endpoint }: { readonly kmsKeys?: readonly string[]; readonly endpoint?: string } = {},
): Promise<Probe> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  server = await startScriptedServer(answer);
  const clients = createClients({ customEndpoint: true, endpoint: endpoint ?? server.endpoint, maxAttempts: 1 });
  const prober = createS3Prober(clients, { observer: 'eu-west-1', clock: { now: () => now }, timeoutMs: 300 });
  const bucket = { bucket: 'orders-use1', region: 'us-east-1', account: '111122223333', kmsKeys };
  return prober.probe({ mrap: 'orders', bucket }, aBudget());
}

describe('a probe', () => {
  it('reads both canaries once, by GET, and says what it saw', async () => {
    const seen = await probe(() => ({ body: 'here' }));
    expect(seen).toEqual({
      mrap: 'orders',
      observer: 'eu-west-1',
      region: 'us-east-1',
      bucket: 'orders-use1',
      at: now,
      plain: 'answered',
      kms: 'answered',
      latencyMs: expect.any(Number) as number,
    });
    expect(server?.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`).toSorted()).toEqual([
      'GET /orders-use1/holdfast-canary/probe/orders-use1/kms',
      'GET /orders-use1/holdfast-canary/probe/orders-use1/plain',
    ]);
  });

  it('asks nothing of KMS where the bucket has no key', async () => {
    expect((await probe(() => ({ body: 'here' }), { kmsKeys: [] })).kms).toBeUndefined();
    expect(server?.requests).toHaveLength(1);
  });

  it.each([
    [500, 'InternalError', 'failed'],
    [503, 'ServiceUnavailable', 'failed'],
    [503, 'SlowDown', 'throttled'],
    [404, 'NoSuchKey', 'missing'],
    [403, 'AccessDenied', 'denied'],
    [403, 'InvalidAccessKeyId', 'denied'],
    [400, 'ExpiredToken', 'denied'],
    [301, 'PermanentRedirect', 'denied'],
    [400, 'KMS.DisabledException', 'denied'],
  ])('takes HTTP %i %s of the canary without KMS as %s, and asks once', async (status, code, outcome) => {
    const seen = await probe(({ url }) => (url.includes('/kms') ? { body: 'here' } : anError(status, code)));
    expect(seen).toMatchObject({ plain: outcome, kms: 'answered' });
    expect(seen.detail).toContain(code);
    expect(server?.requests).toHaveLength(2);
  });

  it.each([
    [400, 'KMS.DisabledException', 'failed'],
    [503, 'SlowDown', 'throttled'],
    [400, 'KMS.ThrottlingException', 'throttled'],
    [403, 'AccessDenied', 'denied'],
  ])('takes HTTP %i %s of the canary under KMS as %s', async (status, code, outcome) => {
    const seen = await probe(({ url }) => (url.includes('/kms') ? anError(status, code) : { body: 'here' }));
    expect(seen).toMatchObject({ plain: 'answered', kms: outcome });
  });

  it('takes silence, a broken answer and a refused connection as failed', async () => {
    const silent = await probe(() => ({ headers: { 'content-length': '9' }, body: 'short', breakAfter: 0 }));
    expect(silent).toMatchObject({ plain: 'failed', kms: 'failed' });
    await server?.close();
    expect(await probe(() => ({}), { endpoint: 'http://127.0.0.1:9' })).toMatchObject({ plain: 'failed' });
  });
});
