import { describe, expect, it } from 'vitest';
import { present } from '../src/model/observation.ts';
import type { Ports } from '../src/ports.ts';
import { watchPressure } from '../src/watch-pressure.ts';
import { creationOf, deliver, notificationOf } from './support/deliver.ts';
import { aRule } from './support/facts.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';
import { aPair, MINUTE_MS, pairConfig } from './support/pairs.ts';

const call = { signal: new AbortController().signal };
const config = pairConfig([], aRule({ evidence: 'computed-checksum' }));
const watched = pairConfig([aPair()]);

async function watch(world: FakeWorld): Promise<readonly string[]> {
  const ports = {
    ...world.ports,
    usage: { kms: async () => present({ quotaPerSecond: 10_000, minutes: [] }) },
    keys: { key: async () => ({ state: 'absent' }) as const },
  };
  return (await watchPressure(ports, watched, call)).flatMap(({ opened }) => opened);
}

/** KMS answers nobody for half an hour; how many reads were refused, and what was heard in the end. */
async function playStorm(
  isWatched: boolean,
): Promise<{ refused: number; heard: readonly string[]; alarms: Set<string> }> {
  const world = createFakeWorld();
  const storm = new Date(world.now.getTime() + 30 * MINUTE_MS);
  const events = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const key = `in/${index}`;
      const stored = await world.cloud.put({
        key,
        versionId: 'v1',
        content: Buffer.from(key),
        encryption: 'sse-kms',
        checksums: [{ algorithm: 'SHA256', type: 'FULL_OBJECT' }],
      });
      return creationOf(stored, { eventAt: new Date(world.now.getTime() - 1_000) });
    }),
  );
  let refused = 0;
  const alarms = new Set<string>();
  const through = (ports: Ports): Ports => ({
    ...ports,
    objects: {
      ...ports.objects,
      read: async (object, options) => {
        if (world.now > storm) return ports.objects.read(object, options);
        refused += 1;
        return { state: 'unreadable', reason: 'kms-throttled' };
      },
    },
    notes: {
      ...ports.notes,
      get: async (name, options) => {
        if (isWatched && name.startsWith('pressure#')) for (const code of await watch(world)) alarms.add(code);
        return ports.notes.get(name, options);
      },
    },
  });
  await deliver(
    world,
    events.map((event) => notificationOf(event)),
    { config, through },
  );
  return { refused, heard: alertsOf(world).filter((alert) => alert.startsWith('info')), alarms };
}

describe('a storm of KMS throttles', () => {
  it('costs fewer requests where the monitor slows itself, and everything is verified in the end', async () => {
    const slowed = await playStorm(true);
    const stubborn = await playStorm(false);
    const verified = Array.from({ length: 40 }, () => 'info content-verified');
    expect(slowed.heard).toEqual(verified);
    expect(stubborn.heard).toEqual(verified);
    expect(slowed.refused).toBeLessThan(stubborn.refused / 2);
  });

  it('is one alarm about KMS, and none about an object', async () => {
    const { alarms, heard } = await playStorm(true);
    expect([...alarms]).toEqual(['kms-throttled']);
    expect(heard.filter((alert) => !alert.includes('verified'))).toEqual([]);
  });
});
