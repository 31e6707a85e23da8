import { describe, expect, it } from 'vitest';
import type { LifecycleRule } from '../src/model/bucket-settings.ts';
import type { UnreadableReason } from '../src/model/observation.ts';
import type { Ports } from '../src/ports.ts';
import { alertsOf } from './support/fake-ports.ts';
import { createFollowedWorld, eventOf, type FollowedWorld } from './support/followed.ts';
import { aLifecycleRule } from './support/replicas.ts';
import { MINUTE_MS } from './support/pairs.ts';

const KEY = 'a';
const EVENT = eventOf({ bucket: 'photos', region: 'eu-west-1', key: KEY, versionId: 'v1' });

const heard = ({ world }: FollowedWorld): readonly string[] =>
  alertsOf(world).filter((line) => /^(?:warning|critical)/.test(line));

type Storm = (ports: Ports, reason: UnreadableReason) => Ports;

const unreadable = (reason: UnreadableReason) => ({ state: 'unreadable', reason }) as const;

/** What one kind of request can be refused while others go through. */
const partsRefused: Storm = (ports, reason) => {
  return { ...ports, objects: { ...ports.objects, parts: async () => unreadable(reason) } };
};
const settingsRefused: Storm = (ports, reason) => {
  return { ...ports, buckets: { setting: async () => unreadable(reason) } };
};
const currentRefused: Storm = (ports, reason) => ({
  ...ports,
  objects: {
    ...ports.objects,
    head: async (object, options) =>
      object.versionId === undefined ? unreadable(reason) : ports.objects.head(object, options),
  },
});

/** Refuses for the first minutes after the event. */
function during(minutes: number, storm: Storm) {
  return (followed: FollowedWorld) => (ports: Ports) => {
    const storms = followed.world.now.getTime() < Date.parse('2026-11-02T00:00:00Z') + minutes * MINUTE_MS;
    return storms ? storm(ports, 'throttled') : ports;
  };
}

const expiring = (): readonly LifecycleRule[] => [aLifecycleRule({ noncurrentExpiration: { days: 30 } })];

describe('a fault whose evidence is throttled for a while is found in the end', () => {
  it.each<[string, Storm, (followed: FollowedWorld) => void, string]>([
    [
      'other content in parts',
      partsRefused,
      (followed) => {
        followed.put('photos', { key: KEY, status: 'COMPLETED', multipart: true });
        followed.put('photos-copy', { key: KEY, status: 'REPLICA', multipart: true, content: 'CONTENT OF A' });
      },
      'critical replica-content-differs',
    ],
    [
      'missing, and nobody knows the lifecycle rules',
      settingsRefused,
      (followed) => {
        followed.put('photos', { key: KEY, status: 'COMPLETED' });
        followed.s3.bucket('photos-copy').lifecycle = expiring();
      },
      'critical replica-missing',
    ],
    [
      'another class, and nobody knows the lifecycle rules',
      settingsRefused,
      (followed) => {
        followed.put('photos', { key: KEY, status: 'COMPLETED' });
        followed.put('photos-copy', { key: KEY, status: 'REPLICA', storageClass: 'STANDARD_IA' });
      },
      'warning replica-class-differs',
    ],
    [
      'a conflict, and nobody knows what is current',
      currentRefused,
      (followed) => {
        for (const bucket of ['photos', 'photos-copy']) {
          for (const versionId of bucket === 'photos' ? ['v1', 'v2'] : ['v2', 'v1']) {
            const status = (bucket === 'photos') === (versionId === 'v1') ? 'COMPLETED' : 'REPLICA';
            followed.put(bucket, { key: KEY, versionId, status });
          }
        }
      },
      'warning versions-conflict',
    ],
  ])('%s', async (_, storm, plant, expected) => {
    const followed = createFollowedWorld({ twoWay: expected.includes('conflict') });
    plant(followed);
    await followed.deliver([EVENT], { through: during(3, storm)(followed) });
    expect(heard(followed)).toEqual([expected]);
  });
});

describe('a seeded copy that is throttled for a while', () => {
  it.each<[string, 'version' | 'content', string]>([
    ['is the replica where content counts', 'content', 'info replica-matches'],
    ['is named where versions count', 'version', 'info replica-under-other-version'],
  ])('%s', async (_, match, expected) => {
    const followed = createFollowedWorld({ match });
    followed.put('photos', { key: KEY, status: 'COMPLETED' });
    followed.put('photos-copy', { key: KEY, versionId: 'v9' });
    await followed.deliver([EVENT], { through: during(3, currentRefused)(followed) });
    expect(heard(followed)).toEqual([]);
    expect(alertsOf(followed.world)).toContain(expected);
  });

  it('accuses nobody where it may not be seen and content counts', async () => {
    const followed = createFollowedWorld({ match: 'content' });
    followed.put('photos', { key: KEY, status: 'COMPLETED' });
    followed.put('photos-copy', { key: KEY, versionId: 'v9' });
    await followed.deliver([EVENT], { through: (ports) => currentRefused(ports, 'sse-c') });
    expect(heard(followed)).toEqual([]);
    expect(alertsOf(followed.world)).toContain('info replica-not-comparable');
  });
});

describe('a replica that is throttled for longer than a list may be behind', () => {
  it('is on the list until it is seen, and then off it', async () => {
    const followed = createFollowedWorld();
    const { world } = followed;
    followed.put('photos', { key: KEY, status: 'COMPLETED' });
    followed.put('photos-copy', { key: KEY, status: 'REPLICA' });
    const listedAtMinute = new Set<number>();
    const replicaRefused: Storm = (ports, reason) => ({
      ...ports,
      objects: {
        ...ports.objects,
        head: async (object, options) =>
          object.bucket === 'photos-copy' ? unreadable(reason) : ports.objects.head(object, options),
      },
    });
    const storm = during(30, replicaRefused)(followed);
    await followed.deliver([EVENT], {
      through: (ports) => {
        const minute = Math.floor((world.now.getTime() - Date.parse('2026-11-02T00:00:00Z')) / MINUTE_MS);
        if (world.pending.rows.size > 0) listedAtMinute.add(minute);
        return storm(ports);
      },
    });
    expect(Math.min(...listedAtMinute)).toBeLessThan(5);
    expect(world.told.map(({ message: { kind } }) => kind)).toEqual(['progress', 'pending', 'settled']);
    expect(world.pending.rows.size).toBe(0);
    expect(alertsOf(world)).toContain('info replica-matches');
  });
});
