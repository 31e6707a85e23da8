import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKmsKeyStore } from '../src/adapters/aws/kms-key-store.ts';
import { createKmsUsageMeter } from '../src/adapters/aws/kms-usage.ts';
import { createS3BucketStore } from '../src/adapters/aws/s3-bucket-store.ts';
import { createS3CanaryWriter } from '../src/adapters/aws/s3-canary-writer.ts';
import { createS3ObjectStore } from '../src/adapters/aws/s3-object-store.ts';
import { createS3VersionLister } from '../src/adapters/aws/s3-version-lister.ts';
import { createWatchClients } from '../src/adapters/aws/watch-clients.ts';
import { parseConfig } from '../src/config-schema.ts';
import { CANARY_PREFIX } from '../src/model/canary.ts';
import type { Config } from '../src/model/config.ts';
import { type PressureWatchPorts, watchPressure } from '../src/watch-pressure.ts';
import { ABORT, createPairStage, DESTINATION, HOME, type PairStage, SOURCE } from './cli/pair-stage.ts';
import { createFakeWorld } from './support/fake-ports.ts';
import { MINUTE_MS } from './support/pairs.ts';

const call = { signal: new AbortController().signal };
setMaxListeners(0, call.signal); // of one call for a whole test
const region = HOME[SOURCE];

let stage: PairStage;
let config: Config;
let clients: ReturnType<typeof createWatchClients>;
let ports: PressureWatchPorts;

beforeEach(async () => {
  stage = await createPairStage('kms');
  const { cloud } = stage;
  vi.stubEnv('AWS_ACCESS_KEY_ID', cloud.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', cloud.credentials.secretAccessKey);
  config = parseConfig(await readFile(stage.config, 'utf8'));
  clients = createWatchClients({ customEndpoint: true, endpoint: cloud.url, maxAttempts: 2 });
  const clock = { now: () => new Date(cloud.clock.now()) };
  ports = {
    ...createFakeWorld().ports,
    region,
    clock,
    objects: createS3ObjectStore(clients),
    buckets: createS3BucketStore(clients, { clock, freshForMs: 0 }),
    keys: createKmsKeyStore(clients),
    usage: createKmsUsageMeter(clients, { clock }),
    canaries: createS3CanaryWriter(clients),
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await stage.close();
});

/** Codes that were told in so many minutes, with what is in the bucket after them. */
async function pass(minutes: number): Promise<{ readonly told: readonly string[]; readonly keys: readonly string[] }> {
  const told: string[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const { opened } of await watchPressure(ports, config, call)) told.push(...opened);
    await stage.cloud.clock.advance(MINUTE_MS);
    await setTimeout(10); // not until all is quiet: what is late shall be late
  }
  return { told, keys: await keysIn(SOURCE) };
}

async function keysIn(bucket: typeof SOURCE | typeof DESTINATION): Promise<readonly string[]> {
  const keys: string[] = [];
  const versions = createS3VersionLister(clients).list({ bucket, region: HOME[bucket], prefix: '' }, call);
  for await (const { object } of versions) keys.push(object.key);
  return keys;
}

describe('canaries, on the sandbox', () => {
  it('go their way on a right pair, and nobody hears of them', async () => {
    const { told, keys } = await pass(12);
    await stage.cloud.idle();
    expect(told).toEqual([]);
    expect(keys).toHaveLength(7); // one of them in parts
    expect(keys.every((key) => key.startsWith(CANARY_PREFIX))).toBe(true);
    expect(await keysIn(DESTINATION)).toEqual(keys);
  });

  it('stay off where nothing clears them away', async () => {
    await stage.lifecycle(SOURCE, [ABORT]);
    expect(await pass(6)).toEqual({ told: [], keys: [] });
  });

  it('show that SSE-KMS alone is late', async () => {
    await pass(1);
    const kms = (await keysIn(SOURCE)).find((key) => key.endsWith('/kms')) ?? '';
    stage.cloud.faults.plant({ kind: 'delay-replication', bucket: SOURCE, key: kms, delayMs: 60 * MINUTE_MS });
    expect((await pass(25)).told).toEqual(['lag-likely-kms']);
  });

  it('say nothing where everything is late', async () => {
    stage.cloud.faults.plant({ kind: 'delay-replication', bucket: SOURCE, delayMs: 60 * MINUTE_MS });
    expect((await pass(25)).told).toEqual([]);
  });

  it('say nothing of lag where replication fails', async () => {
    await stage.allow(SOURCE, 'kms:GenerateDataKey');
    const { told, keys } = await pass(25);
    expect(told).toEqual([]);
    expect(keys.length).toBeGreaterThan(0);
    expect((await keysIn(DESTINATION)).some((key) => key.endsWith('/plain'))).toBe(true);
  });
});
