import { beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../src/errors.ts';
import { SWEPT_AT_ONCE } from '../src/gather/sweep-pending.ts';
import { BULK_ABOVE, BULK_BELOW, bulkNote, type Checkpoint, idleNote, progressNote } from '../src/model/pending.ts';
import { type BacklogWatchPorts, watchBacklog, type WatchedBacklog } from '../src/watch-backlog.ts';
import { aBudget } from './support/deliver.ts';
import { createFakeSteering, pendingId } from './support/fake-lists.ts';
import { alertsOf } from './support/fake-ports.ts';
import { createFollowedWorld, type FollowedWorld } from './support/followed.ts';
import { aBucket, HOUR_MS, MINUTE_MS } from './support/pairs.ts';

const LINK = 'photos/photos/photos-copy';
const DAY_MS = 24 * HOUR_MS;
const call = aBudget();

let followed: FollowedWorld;
let checkpoints: Map<string, Checkpoint>;

beforeEach(() => {
  followed = createFollowedWorld();
  checkpoints = new Map();
});

const nowMs = (): number => followed.world.now.getTime();

/** Puts versions on the list that were created this long ago, and at the source; `arrived`: at the destination as well. */
function listed(count: number, ageMs: number, arrived = false): void {
  for (let index = 0; index < count; index += 1) {
    const key = `${ageMs}/${index}`;
    const object = { bucket: 'photos', region: 'eu-west-1', key, versionId: 'v1' };
    const createdAt = new Date(nowMs() - ageMs - index);
    const row = { link: LINK, object, createdAt, sizeBytes: 10 };
    followed.world.pending.rows.set(pendingId(row), row);
    followed.put('photos', { key, status: arrived ? 'COMPLETED' : 'PENDING' });
    if (arrived) followed.put('photos-copy', { key, status: 'REPLICA' });
  }
}

async function heardOf(ageMs: number): Promise<void> {
  const heardAt = new Date(nowMs() - ageMs).toISOString();
  await followed.ports.notes.put(progressNote(LINK), heardAt, { ...call, keepForMs: DAY_MS });
}

function portsOf(changes: Partial<BacklogWatchPorts> = {}): BacklogWatchPorts {
  return { ...followed.ports, region: 'us-east-1', steering: createFakeSteering(checkpoints), ...changes };
}

/** One minute passes, and the watch runs. */
async function watch(changes: Partial<BacklogWatchPorts> = {}): Promise<WatchedBacklog | undefined> {
  followed.world.now = new Date(nowMs() + MINUTE_MS);
  const [watched] = await watchBacklog(portsOf(changes), followed.config, call);
  return watched;
}

const bulkTold = (): readonly boolean[] =>
  followed.world.told.flatMap(({ message }) => (message.kind === 'bulk' ? [message.on] : []));
const rowsLeft = (): number => followed.world.pending.rows.size;

describe('every minute', () => {
  it('leaves what is on its way where it is found when the source is gone', async () => {
    listed(3, 10 * MINUTE_MS);
    await heardOf(0);
    const asked: string[] = [];
    await watch({
      writeRate: async ({ pair }) => {
        asked.push(pair);
        return { versions: 1, bytes: 10 };
      },
    });
    expect(checkpoints.get(LINK)).toEqual({
      link: LINK,
      asOf: followed.world.now,
      lastEventAt: new Date(nowMs() - MINUTE_MS),
      completeUpTo: new Date(nowMs() - 3 * MINUTE_MS),
      pendingVersions: 3,
      pendingBytes: 30,
      oldestPendingAt: new Date(nowMs() - 11 * MINUTE_MS - 2),
      bulk: false,
      writeRate: { versions: 1, bytes: 10 },
    });
    expect(asked).toEqual(['photos']);
  });

  it('leaves nothing where the looks of the source were never heard of', async () => {
    listed(3, 10 * MINUTE_MS);
    expect((await watch())?.backlog.versions).toBe(3);
    expect(checkpoints.size).toBe(0);
  });

  it('tells the gauge how much is on its way and since when, and of an empty list that it is empty', async () => {
    const told: unknown[] = [];
    const gauge = { counted: (link: string, pending: object) => told.push({ link, ...pending }) };
    await watch({ gauge });
    listed(3, 10 * MINUTE_MS);
    await watch({ gauge });
    expect(told).toEqual([
      { link: LINK, versions: 0, bytes: 0, oldestAgeMs: 0 },
      { link: LINK, versions: 3, bytes: 30, oldestAgeMs: 11 * MINUTE_MS + 2 },
    ]);
  });

  it('asks for nothing and writes one checkpoint while nothing is pending', async () => {
    await heardOf(0);
    const { heads } = followed.s3;
    expect((await watch())?.checkpoint?.pendingVersions).toBe(0);
    expect(followed.s3.heads).toBe(heads);
    expect(followed.world.told).toEqual([]);
  });

  it('leaves a checkpoint of a source that nobody has written to yet', async () => {
    const idleAt = new Date(nowMs()).toISOString();
    await followed.ports.notes.put(idleNote(LINK), idleAt, { ...call, keepForMs: DAY_MS });
    await watch({ writeRate: async () => ({ versions: 0, bytes: 0 }) });
    expect(checkpoints.get(LINK)).toEqual({
      link: LINK,
      asOf: followed.world.now,
      completeUpTo: new Date(nowMs() - 3 * MINUTE_MS),
      pendingVersions: 0,
      pendingBytes: 0,
      bulk: false,
      writeRate: { versions: 0, bytes: 0 },
    });
  });

  it.each([
    ['of another Region', { region: 'eu-west-1' }],
    ['of another account in the Region', { account: '444455556666' }],
  ])('leaves alone the lists %s', async (_, changes) => {
    await heardOf(0);
    expect(await watch(changes)).toBeUndefined();
    expect((await watch({ account: '111122223333' }))?.link).toBe(LINK);
  });

  it('goes on with the other links when one fails, and says so', async () => {
    followed = createFollowedWorld({ destinations: [aBucket('one', 'us-east-1'), aBucket('two', 'us-east-1')] });
    await followed.ports.notes.put(progressNote('photos/photos/two'), followed.world.now.toISOString(), {
      ...call,
      keepForMs: DAY_MS,
    });
    const { pending } = followed.ports;
    const list: typeof pending.list = (link, options) => {
      if (link.endsWith('/one')) throw new HoldfastError('throttled', 'PendingList.list', 'slow down');
      return pending.list(link, options);
    };
    await expect(watch({ pending: { ...pending, list } })).rejects.toThrow('slow down');
    expect([...checkpoints.keys()]).toEqual(['photos/photos/two']);
  });
});

describe('a list that is too long', () => {
  it('stops looks at single versions, tells the source every minute, and starts them again when few are missing', async () => {
    listed(BULK_ABOVE + 1, HOUR_MS);
    expect((await watch())?.bulk).toBe(true);
    expect((await watch())?.bulk).toBe(true);
    expect(bulkTold()).toEqual([true, true]);
    expect(followed.world.told[0]?.to).toEqual({ region: 'eu-west-1', account: '111122223333' });
    for (const { object } of followed.world.pending.rows.values()) {
      followed.put('photos-copy', { key: object.key, status: 'REPLICA' });
    }
    expect((await watch())?.bulk).toBe(false);
    expect(bulkTold()).toEqual([true, true, false]);
    await watch();
    expect(bulkTold()).toHaveLength(3);
    expect(await followed.ports.notes.get(bulkNote(LINK), call)).toBe('off');
  });

  it('is worked off at a bounded rate when they have started again', async () => {
    listed(2 * BULK_ABOVE, HOUR_MS, true);
    const ends: number[] = [rowsLeft()];
    await followed.ports.notes.put(bulkNote(LINK), 'on', { ...call, keepForMs: DAY_MS });
    for (let minute = 0; minute < 6; minute += 1) {
      await watch();
      ends.push(rowsLeft());
    }
    expect(ends.at(-1)).toBe(0);
    const rates = ends.slice(1).map((left, index) => (ends[index] ?? 0) - left);
    expect(Math.max(...rates)).toBeLessThanOrEqual(SWEPT_AT_ONCE + 200);
  });

  it('is not read as a whole every minute, and its count is never too low', async () => {
    listed(BULK_ABOVE + 500, HOUR_MS);
    let read = 0;
    const { pending } = followed.ports;
    const list: typeof pending.list = async function* count(link, options) {
      for await (const row of pending.list(link, options)) {
        read += 1;
        yield row;
      }
    };
    const counts: (readonly [number, number])[] = [];
    for (let minute = 0; minute < 16; minute += 1) {
      read = 0;
      const watched = await watch({ pending: { ...pending, list } });
      counts.push([read, watched?.backlog.versions ?? 0]);
      listed(10, minute); // just now
    }
    const [first, ...rest] = counts;
    expect(first?.[0]).toBeGreaterThan(BULK_ABOVE);
    expect(Math.max(...rest.slice(0, 13).map(([rows]) => rows))).toBeLessThan(1_000);
    expect(rest.at(-1)?.[0]).toBeGreaterThan(BULK_ABOVE);
    for (const [minute, [, versions]] of counts.entries()) {
      expect(versions).toBe(BULK_ABOVE + 500 + 10 * minute);
    }
  });

  it('stops looks at a destination that cannot be looked at', async () => {
    listed(BULK_BELOW, HOUR_MS);
    const head = async (): Promise<never> => Promise.reject(new HoldfastError('unavailable', 'ObjectStore.head', ''));
    expect((await watch({ objects: { ...followed.ports.objects, head } }))?.bulk).toBe(true);
    expect((await watch())?.bulk).toBe(false); // it answers again, and few are missing
    expect(rowsLeft()).toBe(BULK_BELOW);
  });

  it('has a checkpoint though the Region of the source does not answer', async () => {
    listed(BULK_ABOVE + 1, HOUR_MS);
    await heardOf(0);
    const tell = async (): Promise<never> => Promise.reject(new HoldfastError('unavailable', 'Peers.tell', ''));
    expect((await watch({ peers: { tell } }))?.checkpoint?.bulk).toBe(true);
    const refuse = async (): Promise<never> => Promise.reject(new HoldfastError('access-denied', 'Peers.tell', 'no'));
    await expect(watch({ peers: { tell: refuse } })).rejects.toThrow('no');
    expect(checkpoints.get(LINK)?.asOf).toEqual(followed.world.now);
  });
});

describe('what is overdue', () => {
  it('is one alert for each link, told once, and again when it was over in between', async () => {
    listed(3, 2 * DAY_MS);
    expect((await watch())?.opened).toEqual(['replica-overdue']);
    expect(alertsOf(followed.world)).toEqual(['warning replica-overdue']);
    const [alert] = [...followed.world.alerts.values()];
    expect(alert?.event.data).toMatchObject({ subject: { kind: 'pair' }, evidence: { versions: 3, bytes: 30 } });
    for (let minute = 0; minute < 90; minute += 1) expect((await watch())?.opened).toEqual([]);
    followed.world.pending.rows.clear();
    expect((await watch())?.opened).toEqual([]);
    followed.world.now = new Date(nowMs() + HOUR_MS);
    listed(1, 2 * DAY_MS);
    expect((await watch())?.opened).toEqual(['replica-overdue']);
  });

  it('is looked at once an hour, and not in every minute', async () => {
    listed(3, 2 * DAY_MS);
    const { heads } = followed.s3;
    for (let minute = 0; minute < 60; minute += 1) await watch();
    expect(followed.s3.heads - heads).toBe(6); // both sides of each
  });

  it.each<[string, (key: string) => void]>([
    ['has arrived', (key) => void followed.put('photos-copy', { key, status: 'REPLICA' })],
    ['was removed at the source', (key) => void followed.s3.versions('photos', key).splice(0)],
    [
      'is selected by no rule any more',
      (key) => {
        const [version] = followed.s3.versions('photos', key);
        if (version !== undefined) delete version.status;
      },
    ],
  ])('is none, and off the list, when it %s', async (_, change) => {
    listed(1, 2 * DAY_MS);
    change(`${2 * DAY_MS}/0`);
    expect(await watch()).toMatchObject({ settled: 1, opened: [] });
    expect(rowsLeft()).toBe(0);
  });

  it('is still missing while the source does not answer', async () => {
    listed(1, 2 * DAY_MS);
    const { objects } = followed.ports;
    const head: typeof objects.head = async (object, options) => {
      if (object.bucket === 'photos') throw new HoldfastError('unavailable', 'ObjectStore.head', 'gone');
      return objects.head(object, options);
    };
    expect((await watch({ objects: { ...objects, head } }))?.opened).toEqual(['replica-overdue']);
  });

  it('is a marker that is only at the source', async () => {
    const key = `${2 * DAY_MS}/0`;
    listed(1, 2 * DAY_MS);
    followed.s3.versions('photos', key).splice(0);
    followed.put('photos', { key, marker: true });
    expect((await watch())?.opened).toEqual(['replica-overdue']);
    followed.put('photos-copy', { key, marker: true });
    followed.world.now = new Date(nowMs() + HOUR_MS);
    expect(await watch()).toMatchObject({ settled: 1 });
  });

  it('gives up when our own time is over', async () => {
    listed(1, 2 * DAY_MS);
    const head = async (): Promise<never> =>
      Promise.reject(new HoldfastError('unavailable', 'ObjectStore.head', 'late'));
    const ports = portsOf({ objects: { ...followed.ports.objects, head } });
    const late = watchBacklog(ports, followed.config, { signal: AbortSignal.abort() });
    await expect(late).rejects.toThrow('late');
  });
});
