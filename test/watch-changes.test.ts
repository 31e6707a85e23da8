import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import type { ObjectEvent } from '../src/model/event.ts';
import { massChangeNote } from '../src/model/change.ts';
import type { ListedVersion, Ports, VersionLister } from '../src/ports.ts';
import { deliver, notificationOf } from './support/deliver.ts';
import { aConfig, anEvent, OBJECT } from './support/facts.ts';
import { aPair } from './support/pairs.ts';
import { anMrap } from './support/routing.ts';
import { alertsOf, createFakeWorld, type FakeWorld } from './support/fake-ports.ts';

function removals(count: number, changes: Partial<ObjectEvent> = {}, prefix = 'in/'): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    notificationOf(
      anEvent({
        kind: 'version-removed',
        name: 'ObjectRemoved:Delete',
        object: { ...OBJECT, key: `${prefix}${index}` },
        principal: 'AWS:AROA:me',
        ...changes,
      }),
    ),
  );
}

/** At the time of the events. */
function createWorld(): FakeWorld {
  const world = createFakeWorld();
  world.now = new Date('2026-11-01T00:00:00Z');
  return world;
}

const subjects = ({ alerts }: FakeWorld) => [...alerts.values()].map(({ event: { data } }) => data.subject.kind);

describe('a mass delete', () => {
  it('is told once for the prefix, however often S3 reports it', async () => {
    const world = createWorld();
    let opened = 0;
    const through = (ports: Ports): Ports => ({
      ...ports,
      alerts: {
        ...ports.alerts,
        open: async (...alert) => {
          opened += 1;
          await ports.alerts.open(...alert);
        },
      },
    });
    await deliver(world, [...removals(700), ...removals(700)], { through });
    expect(alertsOf(world)).toEqual(['critical mass-delete']);
    expect(subjects(world)).toEqual(['prefix']);
    expect(opened).toBe(1);
    const sums = await world.ports.counters.history('delete#photos/in/', 3_600_000, {
      signal: AbortSignal.timeout(1_000),
    });
    expect(sums.map(({ sum }) => sum)).toEqual([700]);
  });

  it.each(['automatic', 'off'] as const)('is noted for routes in front of the bucket, in mode %s', async (mode) => {
    const world = createWorld();
    const { bucket, region } = OBJECT;
    const pair = aPair({ source: { bucket, region, account: '111122223333', kmsKeys: [] } });
    const mraps = [anMrap({ mode }, { pairs: [pair.name] })];
    await deliver(world, removals(300), { config: { ...aConfig(), pairs: [pair], mraps } });
    const note = await world.ports.notes.get(massChangeNote(bucket), { signal: AbortSignal.timeout(1_000) });
    const noted = 'mass-delete in s3://photos in the hour of 2026-11-01T00:00Z';
    expect(note).toBe(mode === 'off' ? undefined : noted);
  });

  it.each([
    ['few were removed', removals(90)],
    ['a lifecycle rule did it', removals(300, { kind: 'expired', name: 'LifecycleExpiration:Delete' })],
    ['canaries were tidied up', removals(300, {}, 'holdfast-canary/')],
  ])('is not told where %s', async (_title, bodies) => {
    const world = createWorld();
    await deliver(world, bodies);
    expect(alertsOf(world)).toEqual([]);
  });

  it('is not told where the prefix is used to it, and told where it is ten times as much', async () => {
    const world = createWorld();
    const at = (hour: number): Partial<ObjectEvent> => ({ eventAt: new Date(`2026-11-01T0${hour}:00:00Z`) });
    await deliver(world, removals(60, at(1)));
    await deliver(world, removals(500, { ...at(2), sequencer: '02' }));
    expect(alertsOf(world)).toEqual([]);
    await deliver(world, removals(1_100, { ...at(3), sequencer: '03' }));
    expect(alertsOf(world)).toEqual([]);

    const quiet = createWorld();
    await deliver(quiet, removals(60, at(1)));
    await deliver(quiet, removals(1_100, { ...at(3), sequencer: '03' }));
    expect(alertsOf(quiet)).toEqual(['critical mass-delete']);
  });

  it('is told for the bucket where no prefix stands out, and again in the next hour', async () => {
    const world = createWorld();
    const spread = (hour: number): readonly string[] =>
      Array.from({ length: 200 }, (_, index) =>
        removals(1, { eventAt: new Date(`2026-11-01T0${hour}:00:00Z`), sequencer: `0${hour}` }, `${index}/`),
      ).flat();
    await deliver(world, spread(1));
    expect(subjects(world)).toEqual(['bucket']);
    world.now = new Date('2026-11-02T03:00:00Z');
    await deliver(world, spread(2));
    expect(subjects(world)).toEqual(['bucket', 'bucket']);
  });
});

describe('a mass overwrite', () => {
  const created = (index: number): string =>
    notificationOf(anEvent({ object: { ...OBJECT, key: `in/${index}`, versionId: 'v2' } }));

  /** Every key has the versions that are given, latest first. */
  function listing(versionIds: readonly string[]): VersionLister {
    return {
      async *list({ bucket, region, prefix: key }) {
        for (const versionId of versionIds) yield listed({ bucket, region, key, versionId });
        yield listed({ bucket, region, key: `${key}0`, versionId: 'v0' });
      },
    };
  }

  function listed(object: ListedVersion['object']): ListedVersion {
    return { object, isLatest: false, sizeBytes: 1, etag: 'e', lastModifiedAt: new Date(0) };
  }

  const refusing: VersionLister = {
    async *list() {
      yield* [];
      throw new HoldfastError('access-denied', 'VersionLister.list', 'closed');
    },
  };

  it.each([
    ['is told where the keys had versions before', listing(['v2', 'v1']), ['prefix']],
    ['is not told where the keys are new', listing(['v2']), []],
    ['is not told where the other versions are younger', listing(['v3', 'v2']), []],
    ['is not told where versions may not be listed', refusing, []],
    ['is not told where nobody can list them', undefined, []],
  ])('%s', async (_title, versions, expected) => {
    const world = createWorld();
    await Promise.all(
      Array.from({ length: 400 }, async (_, index) =>
        world.cloud.put({ key: `in/${index}`, versionId: 'v2', content: Buffer.from('x') }),
      ),
    );
    const through = (ports: Ports): Ports => (versions === undefined ? ports : { ...ports, versions });
    await deliver(
      world,
      Array.from({ length: 400 }, (_, index) => created(index)),
      { through },
    );
    const changes = [...world.alerts.values()].filter(({ event: { data } }) => data.code === 'mass-overwrite');
    expect(changes.map(({ event: { data } }) => data.subject.kind).toSorted()).toEqual(expected);
  });
});
