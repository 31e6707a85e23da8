import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbCounters } from '../../src/adapters/aws/dynamodb-counters.ts';
import { createDynamoDbHeartbeats } from '../../src/adapters/aws/dynamodb-heartbeats.ts';
import { createDynamoDbNotes } from '../../src/adapters/aws/dynamodb-notes.ts';
import { createDynamoDbPendingList } from '../../src/adapters/aws/dynamodb-pending.ts';
import { createDynamoDbSteering } from '../../src/adapters/aws/dynamodb-steering.ts';
import type { Checkpoint, PendingVersion } from '../../src/model/pending.ts';
import type { Counters, Heartbeats, Notes, PendingList, SteeringLedger } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { createTestTable, type TestTable } from '../support/dynamodb.ts';

const call = aBudget();
const HOUR_MS = 3_600_000;
const LINK = 'orders/orders-use1/orders-euw1';

let server: TestTable;
let now: Date;
let pending: PendingList;
let counters: Counters;
let notes: Notes;
let steering: SteeringLedger;
let heartbeats: Heartbeats;

beforeAll(async () => {
  server = await createTestTable('ledger');
});
afterAll(async () => server.close());

beforeEach(async () => {
  now = new Date('2026-11-02T00:00:00Z');
  const options = { table: server.table, region: server.region, clock: { now: () => now } };
  pending = createDynamoDbPendingList(server.clients, options);
  counters = createDynamoDbCounters(server.clients, options);
  notes = createDynamoDbNotes(server.clients, options);
  steering = createDynamoDbSteering(server.clients, options);
  heartbeats = createDynamoDbHeartbeats(server.clients, options);
  await server.empty();
});

function aPending(key: string, minute: number, more: Partial<PendingVersion> = {}): PendingVersion {
  const object = { bucket: 'orders-use1', region: 'us-east-1', key, versionId: `v-${key}` };
  return { link: LINK, object, createdAt: new Date(now.getTime() + minute * 60_000), sizeBytes: 7, ...more };
}

async function list(link = LINK): Promise<readonly PendingVersion[]> {
  const all: PendingVersion[] = [];
  for await (const version of pending.list(link, call)) all.push(version);
  return all;
}

describe('the list of pending versions', () => {
  it('gives back what was noted, oldest first across its partitions', async () => {
    const versions = Array.from({ length: 40 }, (_, index) => aPending(`a+%é😀/${index}`, (index * 17) % 40));
    for (const version of versions) await pending.note(version, call);
    const expected = versions.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
    expect(await list()).toEqual(expected);
  });

  it('begins where it is asked to, and fetches no more than is wanted', async () => {
    const versions = Array.from({ length: 40 }, (_, index) => aPending(`${index}`, index));
    for (const version of versions) await pending.note(version, call);
    const from = versions[25]?.createdAt;
    const found: PendingVersion[] = [];
    for await (const version of pending.list(LINK, { ...call, ...(from && { from }), atMost: 1 })) found.push(version);
    expect(found).toEqual(versions.slice(25));
  });

  it('holds a version once however often it is noted', async () => {
    await pending.note(aPending('a', 0), call);
    await pending.note(aPending('a', 0), call);
    expect(await list()).toHaveLength(1);
  });

  it('keeps links and versions apart', async () => {
    await pending.note(aPending('a', 0), call);
    await pending.note(aPending('a', 0, { link: 'other/x/y' }), call);
    const { versionId: _, ...unversioned } = aPending('a', 0).object;
    await pending.note(aPending('a', 0, { object: unversioned }), call);
    expect(await list()).toHaveLength(2);
    expect(await list('other/x/y')).toHaveLength(1);
  });

  it('forgets a version, also one that was never noted', async () => {
    await pending.note(aPending('a', 0), call);
    await pending.forget(aPending('a', 0), call);
    await pending.forget(aPending('b', 0), call);
    expect(await list()).toEqual([]);
  });

  it('finds a version that is on it by its name alone', async () => {
    await pending.note(aPending('a+%é😀/', 3), call);
    const { link, object } = aPending('a+%é😀/', 0);
    expect(await pending.find({ link, object }, call)).toEqual(aPending('a+%é😀/', 3));
    expect(await pending.find({ link: 'other/x/y', object }, call)).toBeUndefined();
    await pending.forget(aPending('a+%é😀/', 3), call);
    expect(await pending.find({ link, object }, call)).toBeUndefined();
  });

  it('takes the version null that was written again for another', async () => {
    const { object, ...rest } = aPending('a', 0);
    const first = { ...rest, object: { ...object, versionId: 'null' } };
    const second = { ...first, createdAt: new Date(first.createdAt.getTime() + 1) };
    await pending.note(first, call);
    await pending.forget(first, call);
    await pending.note(second, call);
    await pending.forget(first, call); // delivered twice, and late
    expect(await list()).toEqual([second]);
    expect(await pending.find(first, call)).toEqual(second);
  });

  it('does not take back what was forgotten before the note of it came', async () => {
    await pending.forget(aPending('a', 0), call);
    await pending.note(aPending('a', 0), call);
    expect(await list()).toEqual([]);
  });
});

describe('counters', () => {
  it('add up by window and answer the sum', async () => {
    const window = new Date('2026-11-02T00:05:00Z');
    expect(await counters.add('deleted', window, 3, call)).toBe(3);
    expect(await counters.add('deleted', window, 4, call)).toBe(7);
    expect(await counters.add('other', window, 1, call)).toBe(1);
  });

  it('tell the history of the span that is asked for, oldest first', async () => {
    for (const hour of [-30, -2, -1]) {
      await counters.add('deleted', new Date(now.getTime() + hour * HOUR_MS), 10 - hour, call);
    }
    const history = await counters.history('deleted', 24 * HOUR_MS, call);
    expect(history.map(({ sum }) => sum)).toEqual([12, 11]);
    expect(history[0]?.window).toEqual(new Date(now.getTime() - 2 * HOUR_MS));
  });
});

describe('notes', () => {
  it('keep the latest', async () => {
    await notes.put('bulk', 'on', { ...call, keepForMs: HOUR_MS });
    await notes.put('bulk', 'off', { ...call, keepForMs: HOUR_MS });
    expect(await notes.get('bulk', call)).toBe('off');
    expect(await notes.get('other', call)).toBeUndefined();
  });

  it('are gone after their time, whether or not DynamoDB has removed them', async () => {
    await notes.put('bulk', 'on', { ...call, keepForMs: HOUR_MS });
    now = new Date(now.getTime() + HOUR_MS + 2_000);
    expect(await notes.get('bulk', call)).toBeUndefined();
  });
});

describe('checkpoints', () => {
  const checkpoint: Checkpoint = {
    link: LINK,
    asOf: new Date('2026-11-02T00:01:00Z'),
    completeUpTo: new Date('2026-11-01T23:59:00Z'),
    pendingVersions: 3,
    pendingBytes: 21,
    bulk: false,
  };

  it('come back as they were put', async () => {
    const full: Checkpoint = {
      ...checkpoint,
      lastEventAt: new Date('2026-11-02T00:00:30Z'),
      oldestPendingAt: new Date('2026-11-01T23:00:00Z'),
      bulk: true,
      writeRate: { versions: 2.5, bytes: 1_000 },
    };
    await steering.putCheckpoint(full, call);
    expect(await steering.checkpoint(LINK, call)).toEqual(full);
  });

  it('of an earlier time do not replace later ones', async () => {
    await steering.putCheckpoint(checkpoint, call);
    await steering.putCheckpoint({ ...checkpoint, asOf: new Date('2026-11-02T00:00:00Z'), pendingVersions: 99 }, call);
    expect((await steering.checkpoint(LINK, call))?.pendingVersions).toBe(3);
    await steering.putCheckpoint({ ...checkpoint, asOf: new Date('2026-11-02T00:02:00Z'), pendingVersions: 0 }, call);
    expect((await steering.checkpoint(LINK, call))?.pendingVersions).toBe(0);
  });

  it('are unknown where there is none', async () => {
    expect(await steering.checkpoint('other/x/y', call)).toBeUndefined();
  });
});

describe('heartbeats', () => {
  const minute = (at: number): Date => new Date(now.getTime() + at * 60_000);

  it('keep the latest of each Region, whatever the order', async () => {
    const latest = { region: 'eu-west-1', at: minute(2), since: minute(0) };
    await heartbeats.leave({ ...latest, at: minute(1) }, call);
    await heartbeats.leave(latest, call);
    await heartbeats.leave({ ...latest, at: minute(0) }, call);
    expect(await heartbeats.last('eu-west-1', call)).toEqual(latest);
    expect(await heartbeats.last('us-east-1', call)).toBeUndefined();
  });

  it('are forgotten after a month', async () => {
    await heartbeats.leave({ region: 'eu-west-1', at: now, since: now }, call);
    now = new Date(now.getTime() + 31 * 24 * HOUR_MS);
    expect(await heartbeats.last('eu-west-1', call)).toBeUndefined();
  });
});
