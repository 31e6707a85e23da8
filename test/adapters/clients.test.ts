import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createS3ObjectStore } from '../../src/adapters/aws/s3-object-store.ts';
import { aBudget } from '../support/deliver.ts';
import { OBJECT } from '../support/facts.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const MRAP = 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap';
const ACCESS_POINT = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/photos';

const KEYS = 'aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n';

/** By us, or by the SDK itself before it had a request. */
const REFUSED = /configured endpoint|Path-style addressing|Invalid URL/;

let server: ScriptedServer;
let folder: string;
/** Hosts that a socket was opened to. */
let hosts: string[];

beforeAll(async () => {
  await import('@aws-sdk/signature-v4a'); // without it the SDK refuses a Multi-Region Access Point by itself
});

beforeEach(async () => {
  server = await startScriptedServer(() => ({ headers: { etag: '"abc"' } }));
  folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  hosts = [];
  const connect = net.Socket.prototype.connect;
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket, ...args: unknown[]) {
    const [first] = args.flat() as { host?: string; port?: number }[];
    hosts.push(`${first?.host}:${first?.port}`);
    return Reflect.apply(connect, this, args) as net.Socket;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
  await server.close();
});

const here = (): string => new URL(server.endpoint).host;

/** Every way to say where the requests have to go. */
const WAYS: Readonly<Record<string, () => Promise<{ readonly endpoint?: string }>>> = {
  AWS_ENDPOINT_URL: async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', server.endpoint);
    return {};
  },
  AWS_ENDPOINT_URL_S3: async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', server.endpoint);
    return {};
  },
  'an option': async () => ({ endpoint: server.endpoint }),
  'the profile': async () => {
    const file = join(folder, 'config');
    await writeFile(file, `[profile sandbox]\nregion = eu-west-1\nendpoint_url = ${server.endpoint}\n${KEYS}`);
    vi.stubEnv('AWS_CONFIG_FILE', file);
    vi.stubEnv('AWS_PROFILE', 'sandbox');
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    return {};
  },
};

describe.each(Object.entries(WAYS))('an endpoint from %s', (_, setUp) => {
  it('gets the requests about a bucket', async () => {
    const { s3 } = createClients({ customEndpoint: true, maxAttempts: 1, ...(await setUp()) });
    await s3('eu-west-1').send(new HeadObjectCommand({ Bucket: 'photos', Key: 'a' }));
    expect(hosts).toEqual([here()]);
  });

  it.each([
    [MRAP, true],
    [MRAP, false],
    [ACCESS_POINT, true],
    [ACCESS_POINT, false],
  ])('is never left for %s (known to us: %s)', async (bucket, customEndpoint) => {
    const { s3 } = createClients({ customEndpoint, maxAttempts: 1, ...(await setUp()) });
    await expect(s3('eu-west-1').send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))).rejects.toThrow(REFUSED);
    expect(hosts).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('makes a request that would leave it a fault of the configuration, not of the object', async () => {
    const clients = createClients({ customEndpoint: false, maxAttempts: 1, ...(await setUp()) });
    const reading = createS3ObjectStore(clients).read({ ...OBJECT, bucket: MRAP }, aBudget());
    await expect(reading).rejects.toMatchObject({ name: 'HoldfastError', kind: 'invalid-config' });
  });
});

it('makes one client per Region', async () => {
  const clients = createClients({ customEndpoint: false });
  expect(clients.s3('eu-west-1')).toBe(clients.s3('eu-west-1'));
  expect(clients.s3('eu-west-1')).not.toBe(clients.s3('eu-central-1'));
  expect(await clients.sns('eu-west-1')).toBe(await clients.sns('eu-west-1'));
});
