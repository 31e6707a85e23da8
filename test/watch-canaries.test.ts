import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import { isCanary } from '../src/model/canary.ts';
import type { ObjectState } from '../src/model/facts.ts';
import { type Observation, present } from '../src/model/observation.ts';
import type { CanaryObject } from '../src/ports.ts';
import { type PressureWatchPorts, watchPressure } from '../src/watch-pressure.ts';
import { aState } from './support/facts.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { aLifecycleRule, aReplicationRule } from './support/pair-facts.ts';
import { aBucket, aPair, HOUR_MS, MINUTE_MS, pairConfig } from './support/pairs.ts';
import { KEY_ARN } from './support/pressure.ts';

const call = { signal: new AbortController().signal };
const source = { ...aBucket('photos', 'eu-west-1'), kmsKeys: [KEY_ARN] };
const config = pairConfig([aPair({ source })]);

/** S3 replicates canaries as slowly as the test says. */
interface Island {
  readonly world: FakeWorld;
  readonly ports: PressureWatchPorts;
  readonly written: CanaryObject[];
  /** Minutes until a canary arrives. */
  lag: Readonly<Record<'plain' | 'kms', number>>;
  /** What the next writes answer instead. */
  refusal: Observation<never> | HoldfastError | undefined;
}

function createIsland({ expires = true, tags = {} } = {}): Island {
  const world = createFakeWorld();
  const versions = new Map<string, { readonly kind: 'plain' | 'kms'; readonly at: Date }>();
  const rule = aLifecycleRule({ id: 'r', prefix: '', expiration: { days: 1 }, noncurrentExpiration: { days: 1 } });
  world.settings.set('photos', {
    lifecycle: present(expires ? [rule] : []),
    encryption: present({ algorithm: 'aws:kms', kmsKeyId: KEY_ARN, bucketKey: true }),
    replication: present({
      role: 'arn:aws:iam::111122223333:role/r',
      rules: [aReplicationRule({ kmsObjects: true, prefix: '', tags, destinationBucket: 'photos-copy' })],
    }),
  });
  const head = ({ bucket, versionId = '' }: { bucket: string; versionId?: string }): Observation<ObjectState> => {
    const version = versions.get(versionId);
    if (version === undefined) return { state: 'absent' };
    const arrived = world.now.getTime() - version.at.getTime() >= island.lag[version.kind] * MINUTE_MS;
    if (bucket === 'photos') return present(aState({ replicationStatus: arrived ? 'COMPLETED' : 'PENDING' }));
    return arrived ? present(aState({ replicationStatus: 'REPLICA' })) : { state: 'absent' };
  };
  const island: Island = {
    world,
    written: [],
    lag: { plain: 1, kms: 1 },
    refusal: undefined,
    ports: {
      ...world.ports,
      objects: { ...world.ports.objects, head: async (object) => head(object) },
      usage: { kms: async () => present({ quotaPerSecond: 10_000, minutes: [] }) },
      keys: {
        key: async () =>
          present({
            arn: KEY_ARN,
            account: '111122223333',
            state: 'Enabled',
            manager: 'customer',
            policy: { state: 'absent' },
          }),
      },
      canaries: {
        put: async (canary) => {
          if (island.refusal instanceof HoldfastError) throw island.refusal;
          if (island.refusal !== undefined) return island.refusal;
          island.written.push(canary);
          const versionId = `v${versions.size}`;
          versions.set(versionId, { kind: canary.kmsKeyId === undefined ? 'plain' : 'kms', at: world.now });
          return present(versionId);
        },
      },
    },
  };
  return island;
}

/** What was told in so many minutes. */
async function pass(island: Island, minutes: number): Promise<readonly string[]> {
  const told: string[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const { opened } of await watchPressure(island.ports, config, call)) told.push(...opened);
    island.world.now = new Date(island.world.now.getTime() + MINUTE_MS);
  }
  return told;
}

describe('canaries', () => {
  it('are written by twos every five minutes, small, and nowhere but under their prefix', async () => {
    const island = createIsland();
    expect(await pass(island, 20)).toEqual([]);
    const small = island.written.filter(({ inParts }) => inParts !== true);
    expect(small.map(({ kmsKeyId }) => kmsKeyId)).toEqual(Array.from({ length: 4 }, () => [KEY_ARN, undefined]).flat());
    expect(island.written.every((canary) => isCanary(canary) && canary.bucket === 'photos')).toBe(true);
    expect(Math.max(...island.written.map(({ text }) => Buffer.byteLength(text)))).toBeLessThanOrEqual(1_024);
  });

  it('are uploaded in parts once a day, under the key of the bucket', async () => {
    const island = createIsland();
    const large = (): readonly CanaryObject[] => island.written.filter(({ inParts }) => inParts === true);
    await pass(island, 20);
    expect(large()).toMatchObject([{ bucket: 'photos', kmsKeyId: KEY_ARN }]);
    island.world.now = new Date(island.world.now.getTime() + 23 * HOUR_MS);
    await pass(island, 20);
    expect(large()).toHaveLength(1);
    island.world.now = new Date(island.world.now.getTime() + HOUR_MS);
    await pass(island, 10);
    expect(large()).toHaveLength(2);
  });

  it('that could not be uploaded in parts spoil no round, and are tried again with the next', async () => {
    const island = createIsland();
    let refusals = 1;
    const ports: PressureWatchPorts = {
      ...island.ports,
      canaries: {
        put: async (canary, options) => {
          const isRefused = canary.inParts === true && refusals-- > 0;
          if (isRefused) return { state: 'unreadable', reason: 'throttled' };
          return (await island.ports.canaries?.put(canary, options)) ?? { state: 'absent' };
        },
      },
    };
    expect(await pass({ ...island, ports }, 12)).toEqual([]);
    const inParts = island.written.map((canary) => (canary.inParts === true ? 'p' : '.'));
    expect(inParts.join('')).toBe('....p..'); // of the second of three rounds
  });

  it('carry the tags of the rule that replicates them, all three kinds', async () => {
    const island = createIsland({ tags: { team: 'photos' } });
    await pass(island, 1);
    expect(island.written.map(({ tags }) => tags)).toEqual(Array.from({ length: 3 }, () => ({ team: 'photos' })));
  });

  it('are not written where nobody clears them away', async () => {
    const island = createIsland({ expires: false });
    await pass(island, 10);
    expect(island.written).toEqual([]);
  });

  it('show that KMS is what makes replicas late, once, and again after it was well', async () => {
    const island = createIsland();
    await pass(island, 20);
    island.lag = { plain: 1, kms: 40 };
    expect(await pass(island, 60)).toEqual(['lag-likely-kms']);
    island.lag = { plain: 1, kms: 1 };
    expect(await pass(island, 60)).toEqual([]);
    island.lag = { plain: 1, kms: 40 };
    expect(await pass(island, 60)).toEqual(['lag-likely-kms']);
    expect(alertsOf(island.world)).toEqual(['warning lag-likely-kms']);
  });

  it('tell within half an hour', async () => {
    const island = createIsland();
    island.lag = { plain: 2, kms: 100 };
    expect(await pass(island, 17)).toEqual(['lag-likely-kms']);
  });

  it('accuse nobody where everything is late', async () => {
    const island = createIsland();
    island.lag = { plain: 40, kms: 40 };
    expect(await pass(island, 90)).toEqual([]);
    expect(alertsOf(island.world)).toEqual([]);
  });

  it('that may not be written are told of quietly, and the rest of the watch goes on', async () => {
    const island = createIsland();
    island.refusal = { state: 'unreadable', reason: 'access-denied' };
    const watched = await watchPressure(island.ports, config, call);
    expect(watched.flatMap(({ findings }) => findings)).toMatchObject([
      { verdict: 'unverifiable', code: 'lag-likely-kms', evidence: { reason: 'access-denied' } },
    ]);
    expect(watched).toHaveLength(6);
  });

  it('that are written to a bucket without versions are not followed', async () => {
    const island = createIsland();
    island.refusal = { state: 'absent' };
    const watched = await watchPressure(island.ports, config, call);
    expect(watched.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('that fail for a trouble of our own hold up no alert, and the trouble is told', async () => {
    const island = createIsland();
    const settings = island.world.settings.get('photos');
    island.world.settings.set('photos', {
      ...settings,
      encryption: present({ algorithm: 'aws:kms', kmsKeyId: KEY_ARN, bucketKey: false }),
    });
    island.refusal = new HoldfastError('unavailable', 'CanaryWriter.put', 'S3 is out');
    await expect(watchPressure(island.ports, config, call)).rejects.toThrow('S3 is out');
    expect(alertsOf(island.world)).toEqual(['info bucket-key-off']);
  });

  it('with half a round written are no round', async () => {
    const island = createIsland();
    const put = island.ports.canaries?.put;
    const ports: PressureWatchPorts = {
      ...island.ports,
      canaries: {
        put: async (canary, options) => {
          const answer = (await put?.(canary, options)) ?? { state: 'absent' };
          return canary.kmsKeyId === undefined ? { state: 'unreadable', reason: 'throttled' } : answer;
        },
      },
    };
    const watched = await watchPressure(ports, config, call);
    expect(watched.flatMap(({ findings }) => findings)).toMatchObject([
      { retry: true, evidence: { reason: 'throttled' } },
    ]);
    island.lag = { plain: 1, kms: 90 };
    expect(await pass(island, 1)).toEqual([]);
    expect(island.written.filter(({ key }) => key.endsWith('/kms'))).toHaveLength(2);
  });

  it('whose events nobody works off tell of silence once, and again after it was over', async () => {
    const island = createIsland();
    let deaf = false;
    const heard = new Set<string>();
    const ports: PressureWatchPorts = {
      ...island.ports,
      canaries: {
        put: async (canary, options) => {
          const answer = (await island.ports.canaries?.put(canary, options)) ?? { state: 'absent' };
          if (!deaf && answer.state === 'present') heard.add(answer.value);
          return answer;
        },
      },
      memory: { hasHeardOf: async ({ versionId = '' }) => heard.has(versionId) },
    };
    const listening = { ...island, ports };
    expect(await pass(listening, 30)).toEqual([]);
    deaf = true;
    expect(await pass(listening, 11)).toEqual(['monitor-silent']);
    expect(await pass(listening, 40)).toEqual([]);
    deaf = false;
    expect(await pass(listening, 10)).toEqual([]);
    deaf = true;
    expect(await pass(listening, 20)).toEqual(['monitor-silent']);
    expect(alertsOf(island.world)).toEqual(['critical monitor-silent']);
  });

  it('say nothing of silence while the ledger does not answer, and the trouble is told', async () => {
    const island = createIsland();
    await pass(island, 1);
    island.world.now = new Date(island.world.now.getTime() + 15 * MINUTE_MS);
    const trouble = new HoldfastError('unavailable', 'EventMemory.hasHeardOf', 'the ledger is out');
    const ports = { ...island.ports, memory: { hasHeardOf: async () => Promise.reject(trouble) } };
    await expect(watchPressure(ports, config, call)).rejects.toThrow('the ledger is out');
    expect(alertsOf(island.world)).toEqual([]);
  });
});
