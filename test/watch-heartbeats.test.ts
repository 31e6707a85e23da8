import { beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import type { Heartbeat } from '../src/model/heartbeat.ts';
import type { AlertSink } from '../src/ports.ts';
import { type HeartbeatWatchPorts, watchHeartbeats } from '../src/watch-heartbeats.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { aBucket, aPair, MINUTE_MS, pairConfig } from './support/pairs.ts';

const call = { signal: new AbortController().signal };
const REGIONS = ['ap-south-1', 'eu-west-1', 'us-east-1'] as const;
const [AP, EU, US] = REGIONS;
const config = pairConfig([
  aPair({ source: aBucket('photos', EU), destinations: [aBucket('photos-us', US), aBucket('photos-ap', AP)] }),
]);

/** Three stacks on one steering ledger, each with alerts and notes of its own. */
let stacks: Readonly<Record<(typeof REGIONS)[number], FakeWorld>>;
let ledger: Map<string, Heartbeat> | 'out';
/** From where alerts went out, repetitions included. */
let published: string[];

beforeEach(() => {
  stacks = { [AP]: createFakeWorld(), [EU]: createFakeWorld(), [US]: createFakeWorld() };
  ledger = new Map();
  published = [];
});

async function watch(region: (typeof REGIONS)[number], changes: Partial<HeartbeatWatchPorts> = {}): Promise<void> {
  const known = (): Map<string, Heartbeat> => {
    if (ledger === 'out') throw new HoldfastError('unavailable', 'Heartbeats.get', 'out');
    return ledger;
  };
  const heartbeats = {
    leave: async (heartbeat: Heartbeat) => void known().set(heartbeat.region, heartbeat),
    last: async (each: string) => known().get(each),
  };
  const { ports } = stacks[region];
  const alerts: AlertSink = {
    ...ports.alerts,
    open: async (...alert) => {
      published.push(region);
      await ports.alerts.open(...alert);
    },
  };
  await watchHeartbeats({ ...ports, region, heartbeats, alerts, ...changes }, config, call);
}

/** Lets time pass, with one run of each stack that is alive in every minute. */
async function pass(minutes: number, ...alive: readonly (typeof REGIONS)[number][]): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const world of Object.values(stacks)) world.now = new Date(world.now.getTime() + MINUTE_MS);
    for (const region of alive) await watch(region);
  }
}

const told = (): readonly (readonly string[])[] => REGIONS.map((region) => alertsOf(stacks[region]));

describe('watchHeartbeats', () => {
  it('is silent while all are alive, and while one was never deployed', async () => {
    await pass(20, EU, US);
    await pass(20, ...REGIONS);
    expect(told()).toEqual([[], [], []]);
  });

  it('tells once, in one Region, of a stack that stopped, and once more when it stopped again', async () => {
    await pass(10, ...REGIONS);
    await pass(5, AP, US);
    expect(told()).toEqual([[], [], []]);
    await pass(30, AP, US);
    expect(published).toEqual([AP]);
    await pass(10, ...REGIONS);
    await pass(10, AP, US);
    expect(published).toEqual([AP, AP]);
  });

  it('tells in the next Region where the first is the one that is out', async () => {
    await pass(10, ...REGIONS);
    await pass(10, EU, US);
    expect(told()).toEqual([[], ['critical monitor-silent'], []]);
    expect([...stacks[EU].alerts.values()].map(({ event: { data } }) => data.subject)).toEqual([
      { kind: 'monitor', region: AP },
    ]);
  });

  it('calls nobody silent after a pause of all', async () => {
    await pass(10, ...REGIONS);
    await pass(600);
    await pass(10, ...REGIONS);
    expect(told()).toEqual([[], [], []]);
  });

  it('knows nothing of anybody while the steering ledger is out, and says so by failing', async () => {
    await pass(10, ...REGIONS);
    const kept = ledger;
    ledger = 'out';
    await pass(30);
    await expect(watch(EU)).rejects.toMatchObject({ kind: 'unavailable' });
    ledger = kept;
    await pass(10, ...REGIONS);
    expect(told()).toEqual([[], [], []]);
  });

  it('leaves no heartbeat where its alert did not get out, so that another tells', async () => {
    await pass(10, ...REGIONS);
    const alerts = { ...stacks[AP].ports.alerts, open: async () => Promise.reject(new Error('no topic')) };
    for (let minute = 0; minute < 20; minute += 1) {
      await pass(1, US);
      await watch(AP, { alerts }).catch(() => undefined);
    }
    expect(told()[2]).toEqual(['critical monitor-silent', 'critical monitor-silent']);
  });
});
