import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import type { BucketSettings } from '../src/model/bucket-settings.ts';
import type { KeyRef, KmsKey } from '../src/model/kms-key.ts';
import { type Observation, present } from '../src/model/observation.ts';
import type { KmsUsage } from '../src/model/pressure-facts.ts';
import { formatReachedLimits, type Limit, REACHED_LIMITS, throttleCounter } from '../src/model/throttle.ts';
import { type PressureWatchPorts, watchPressure } from '../src/watch-pressure.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { aPair, MINUTE_MS, pairConfig } from './support/pairs.ts';
import { KEY_ARN } from './support/pressure.ts';

const call = { signal: new AbortController().signal };
const config = pairConfig([aPair()]);
const KMS_OFF: BucketSettings['encryption'] = { algorithm: 'aws:kms', kmsKeyId: KEY_ARN, bucketKey: false };

interface Watched {
  readonly world: FakeWorld;
  readonly ports: PressureWatchPorts;
  usage: Observation<KmsUsage> | Error;
  key: Observation<KmsKey>;
  readonly asked: KeyRef[];
}

function aKey(state: string): Observation<KmsKey> {
  return present({ arn: KEY_ARN, account: '111122223333', state, manager: 'customer', policy: { state: 'absent' } });
}

function createWatched(): Watched {
  const world = createFakeWorld();
  const watched: Watched = {
    world,
    usage: present({ quotaPerSecond: 10_000, minutes: [] }),
    key: aKey('Enabled'),
    asked: [],
    ports: {
      ...world.ports,
      usage: {
        kms: async () => {
          if (watched.usage instanceof Error) throw watched.usage;
          return watched.usage;
        },
      },
      keys: {
        key: async (ref) => {
          watched.asked.push(ref);
          return watched.key;
        },
      },
    },
  };
  return watched;
}

const opened = async ({ ports }: Watched) => (await watchPressure(ports, config, call)).flatMap((each) => each.opened);

describe('watchPressure', () => {
  it('is silent where everything is well', async () => {
    const watched = createWatched();
    expect(await opened(watched)).toEqual([]);
    expect(alertsOf(watched.world)).toEqual([]);
  });

  it('tells once of a key that cannot be used, and again after it could', async () => {
    const watched = createWatched();
    watched.world.settings.set('photos', { encryption: present({ ...KMS_OFF, bucketKey: true }) });
    watched.key = aKey('Disabled');
    expect(await opened(watched)).toEqual(['kms-key-unusable']);
    expect(await opened(watched)).toEqual([]);
    watched.key = { state: 'unreadable', reason: 'access-denied' };
    await watchPressure(watched.ports, config, call);
    watched.key = aKey('Disabled');
    expect(await opened(watched)).toEqual([]);
    watched.key = aKey('Enabled');
    expect(await opened(watched)).toEqual([]);
    watched.key = aKey('Disabled');
    expect(await opened(watched)).toEqual(['kms-key-unusable']);
  });

  it('asks for keys of buckets here, and for those that rules name for replicas, where these are', async () => {
    const watched = createWatched();
    const replicaKey = KEY_ARN.replace('eu-west-1', 'us-east-1');
    const rule = {
      id: 'r',
      enabled: true,
      priority: 1,
      prefix: '',
      tags: {},
      deleteMarkers: true,
      kmsObjects: true,
      replicaModifications: false,
      destinationBucket: 'photos-copy',
      ownerOverride: false,
      metrics: true,
      timeControl: false,
    };
    watched.world.settings.set('photos', {
      encryption: present(KMS_OFF),
      replication: present({
        role: 'arn:aws:iam::111122223333:role/replication',
        rules: [
          { ...rule, replicaKmsKeyId: replicaKey },
          { ...rule, id: 'plain' },
        ],
      }),
    });
    expect(await opened(watched)).toEqual(['bucket-key-off']);
    expect(watched.asked).toEqual([
      { id: KEY_ARN, region: 'eu-west-1' },
      { id: replicaKey, region: 'us-east-1' },
    ]);
  });

  it('folds a storm into one alert, until a quarter of an hour was quiet', async () => {
    const watched = createWatched();
    const { world, ports } = watched;
    const kms: Limit = { of: 'kms', region: 'eu-west-1' };
    const prefix: Limit = { of: 's3', region: 'eu-west-1', bucket: 'photos', prefix: 'a/' };
    const note = formatReachedLimits([kms, prefix].map((limit) => ({ limit, seenAt: world.now })));
    await ports.notes.put(REACHED_LIMITS, note, { ...call, keepForMs: 24 * 3_600_000 });
    const told: string[] = [];
    const later = async (minutes: number, looks: number): Promise<void> => {
      for (let minute = 0; minute < minutes; minute += 1) {
        world.now = new Date(world.now.getTime() + MINUTE_MS);
        if (looks > 0) await ports.counters.add(throttleCounter(kms), world.now, looks, call);
        if (looks > 0) await ports.counters.add(throttleCounter(prefix), world.now, looks, call);
        told.push(...(await opened(watched)));
      }
    };
    await later(30, 40);
    expect(told).toEqual(['kms-throttled', 's3-throttled']);
    await later(10, 0);
    await later(1, 40);
    expect(told).toHaveLength(2);
    await later(30, 0);
    await later(1, 40);
    expect(told).toEqual(['kms-throttled', 's3-throttled', 'kms-throttled', 's3-throttled']);
  });

  it('goes on where CloudWatch cannot be asked, keeps open what was open, and says so', async () => {
    const watched = createWatched();
    const at = new Date(watched.world.now.getTime() - 2 * MINUTE_MS);
    const full = present({ quotaPerSecond: 10, minutes: [{ at, requests: 540 }] });
    watched.usage = full;
    expect(await opened(watched)).toEqual(['kms-headroom-low']);
    watched.usage = new Error('CloudWatch is out');
    watched.world.settings.set('photos', { encryption: present(KMS_OFF) });
    await expect(watchPressure(watched.ports, config, call)).rejects.toThrow('CloudWatch is out');
    expect(alertsOf(watched.world)).toEqual(['info bucket-key-off', 'warning kms-headroom-low']);
    watched.usage = full;
    expect(await opened(watched)).toEqual([]);
  });

  it('asks how much is written only where a bucket key would save something, and does without an answer', async () => {
    const watched = createWatched();
    const asked: string[] = [];
    let trouble: Error | undefined;
    const ports: PressureWatchPorts = {
      ...watched.ports,
      writes: {
        read: async ({ bucket }) => {
          asked.push(bucket);
          if (trouble !== undefined) throw trouble;
          return { versionsPerSecond: 10, basis: 'request-metrics' };
        },
      },
    };
    const found = async () => (await watchPressure(ports, config, call)).flatMap(({ findings }) => findings);
    watched.world.settings.set('photos', { encryption: present({ ...KMS_OFF, bucketKey: true }) });
    expect(await found()).toEqual([]);
    expect(asked).toEqual([]);
    watched.world.settings.set('photos', { encryption: present(KMS_OFF) });
    expect(await found()).toMatchObject([{ code: 'bucket-key-off', evidence: { savedRequestsPerSecond: 39.6 } }]);
    trouble = new HoldfastError('throttled', 'WriteMeter.read', 'slow down');
    const [finding] = await found();
    expect(finding?.evidence).not.toHaveProperty('savedRequestsPerSecond');
    trouble = new TypeError('a bug of ours');
    await expect(found()).rejects.toThrow('a bug of ours');
  });

  it('begins anew where its note cannot be read', async () => {
    const watched = createWatched();
    await watched.ports.notes.put('open-pressure', '{', { ...call, keepForMs: 1_000 });
    watched.world.settings.set('photos', { encryption: present(KMS_OFF) });
    expect(await opened(watched)).toEqual(['bucket-key-off']);
  });
});
