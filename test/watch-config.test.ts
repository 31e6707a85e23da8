import { describe, expect, it } from 'vitest';
import type { Config } from '../src/model/config.ts';
import { type Observation, present } from '../src/model/observation.ts';
import { type ConfigWatchPorts, watchConfig } from '../src/watch-config.ts';
import { aConfig } from './support/facts.ts';
import { createFakeWorld } from './support/fake-ports.ts';
import { ABSENT, aReplicationRule, aRole, DENIED, DESTINATION, RIGHT, rules, SOURCE } from './support/pair-facts.ts';
import { aPair } from './support/pairs.ts';
import { createFakeSink } from './support/fake-sink.ts';

const call = { signal: AbortSignal.timeout(10_000) };
const PAIR = aPair({ name: 'orders', source: SOURCE, destinations: [DESTINATION] });
const SUSPENDED = present({ status: 'Suspended', mfaDelete: false } as const);
const VERSIONED = present({ status: 'Enabled', mfaDelete: false } as const);

function configOf(...pairs: Config['pairs']): Config {
  return { ...aConfig(), pairs, alerts: { severity: 'warning', subscriptions: [] } };
}

/** A world in which the pair is right, watched from one of its Regions. */
function createWatch(region: string, config: Config = configOf(PAIR)) {
  const world = createFakeWorld();
  world.settings.set(SOURCE.bucket, { ...RIGHT, ...rules(aReplicationRule()) });
  world.settings.set(DESTINATION.bucket, { ...RIGHT });
  const { answers } = aRole();
  const state = { queue: undefined as Observation<string> | undefined, broken: '' };
  const ports: ConfigWatchPorts = {
    ...world.ports,
    region,
    buckets: {
      async setting(bucket, name, options) {
        if (bucket.bucket === state.broken) throw new Error('no network');
        return world.ports.buckets.setting(bucket, name, options);
      },
    },
    roles: { trust: async () => aRole().trust, simulate: async () => answers },
    keys: { key: async () => ABSENT },
    stacks: { signalsQueue: async () => state.queue },
  };
  const published: string[] = [];
  const watching = {
    ...ports,
    alerts: createFakeSink({ hear: ({ event }) => published.push(event.data.code) }),
  };
  return {
    world,
    state,
    /** Codes that went out in this run. */
    async run(): Promise<readonly string[]> {
      published.length = 0;
      await watchConfig(watching, config, call);
      return [...published];
    },
    watch: async () => watchConfig(watching, config, call),
    set(bucket: string, change: object) {
      world.settings.set(bucket, { ...world.settings.get(bucket), ...change });
    },
  };
}

describe('watchConfig', () => {
  it('says nothing of a right pair', async () => {
    const { run, watch } = createWatch('us-east-1');
    expect(await run()).toEqual([]);
    expect(await watch()).toEqual([{ link: 'orders/orders-use1/orders-euw1', findings: [], opened: [] }]);
  });

  it('publishes a fault once, and again after it was gone', async () => {
    const { run, set } = createWatch('us-east-1');
    set(DESTINATION.bucket, { versioning: SUSPENDED });
    expect(await run()).toEqual(['versioning-off']);
    expect(await run()).toEqual([]);
    set(DESTINATION.bucket, { versioning: VERSIONED });
    expect(await run()).toEqual([]);
    set(DESTINATION.bucket, { versioning: SUSPENDED });
    expect(await run()).toEqual(['versioning-off']);
  });

  it('does not take what could not be judged for gone', async () => {
    const { run, set } = createWatch('us-east-1');
    set(DESTINATION.bucket, { versioning: SUSPENDED });
    await run();
    set(DESTINATION.bucket, { versioning: DENIED });
    expect(await run()).toEqual([]);
    set(DESTINATION.bucket, { versioning: SUSPENDED });
    expect(await run()).toEqual([]);
  });

  it('keeps to itself what is less severe than people want to hear', async () => {
    const { run, watch, set } = createWatch('us-east-1');
    set(SOURCE.bucket, rules(aReplicationRule({ timeControl: false })));
    expect(await run()).toEqual([]);
    const [{ findings, opened }] = (await watch()) as [Awaited<ReturnType<typeof watch>>[number]];
    expect([findings.map(({ code }) => code), opened]).toEqual([['rtc-off'], []]);
  });

  it('publishes a fault of a bucket once, in however many links it is', async () => {
    const second = { ...DESTINATION, bucket: 'orders-second' };
    const pair = aPair({ name: 'orders', source: SOURCE, destinations: [DESTINATION, second] });
    const { run, set } = createWatch('us-east-1', configOf(pair));
    set(second.bucket, RIGHT);
    set(SOURCE.bucket, {
      versioning: SUSPENDED,
      ...rules(aReplicationRule(), aReplicationRule({ id: 'r2', priority: 2, destinationBucket: second.bucket })),
    });
    expect(await run()).toEqual(['versioning-off']);
  });

  it('is held up by no link that cannot be looked at, and says so at the end', async () => {
    const broken = aPair({ name: 'broken', source: { ...SOURCE, bucket: 'broken' }, destinations: [DESTINATION] });
    const { run, set, state } = createWatch('us-east-1', configOf(broken, PAIR));
    set('broken', { ...RIGHT, ...rules(aReplicationRule()), versioning: SUSPENDED });
    expect(await run()).toEqual(['versioning-off']);
    state.broken = 'broken';
    set(DESTINATION.bucket, { versioning: SUSPENDED });
    await expect(run()).rejects.toThrow('no network');
    state.broken = '';
    expect(await run()).toEqual([]); // both were told: one before, the other in the run that failed
  });

  it('asks in the Region of the destination only whether arrivals are told', async () => {
    const { run, set, state } = createWatch('eu-west-1');
    state.queue = present('arn:queue');
    set(DESTINATION.bucket, { versioning: SUSPENDED, notifications: present({ entries: [], eventBridge: false }) });
    expect(await run()).toEqual(['notification-missing']);
  });

  it('looks at nothing of other Regions', async () => {
    expect(await createWatch('ap-southeast-2').watch()).toEqual([]);
  });
});
