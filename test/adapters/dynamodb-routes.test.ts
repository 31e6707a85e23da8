import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbManifests } from '../../src/adapters/aws/dynamodb-manifests.ts';
import { createDynamoDbProbes } from '../../src/adapters/aws/dynamodb-probes.ts';
import { createDynamoDbReadiness } from '../../src/adapters/aws/dynamodb-readiness.ts';
import { createDynamoDbRouteFreezes } from '../../src/adapters/aws/dynamodb-route-freezes.ts';
import { createDynamoDbRouteHistory } from '../../src/adapters/aws/dynamodb-route-history.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import type { Probe } from '../../src/model/routing.ts';
import type { NewChange } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { createTestTable, type TestTable } from '../support/dynamodb.ts';
import { EAST, route, WEST } from '../support/routing.ts';

const call = aBudget();
const DAY_MS = 24 * 3_600_000;

let server: TestTable;
let now: Date;

beforeAll(async () => {
  server = await createTestTable('steering');
});
afterAll(async () => server.close());

beforeEach(async () => {
  now = new Date('2026-11-02T00:00:00Z');
  await server.empty();
});

const options = () => ({ table: server.table, region: server.region, clock: { now: () => now } });
const later = (ms: number): Date => new Date(now.getTime() + ms);

function aNewChange(members: Partial<NewChange> = {}): NewChange {
  return {
    mrap: 'orders',
    decidedAt: now,
    by: 'automatic',
    kind: 'failover',
    from: [route(EAST, 100), route(WEST, 0)],
    to: [route(EAST, 0), route(WEST, 100)],
    reasons: ['us-east-1 fails', 'a+%é😀'],
    away: EAST,
    ...members,
  };
}

describe('the history of routes', () => {
  const history = () => createDynamoDbRouteHistory(server.clients, options());

  it('gives back what was claimed and updated, oldest first', async () => {
    const first = await history().claim(aNewChange(), { ...call, after: undefined, holder: EAST });
    expect(first).toEqual({ ...aNewChange(), id: '00000001', holder: EAST, revision: 1 });
    if (first === undefined) return;
    const proofs = [{ observer: WEST, at: later(2_000) }];
    const times = { submittedAt: now, acceptedAt: later(1_000), effectiveAt: later(2_000), recoveredAt: later(9_000) };
    const updated = await history().update({ ...first, ...times, proofs, holder: WEST }, call);
    expect(updated).toEqual({ ...first, ...times, proofs, holder: WEST, revision: 2 });
    const second = await history().claim(aNewChange(), { ...call, after: first.id, holder: 'person' });
    expect(await history().list('orders', { ...call, since: now })).toEqual([updated, second]);
    expect(await history().list('others', { ...call, since: now })).toEqual([]);
  });

  it('gives a place to one of two who decide at once, whatever they want', async () => {
    const claims = await Promise.all(
      [EAST, WEST].map(async (holder) =>
        history().claim(aNewChange({ away: holder }), { ...call, after: undefined, holder }),
      ),
    );
    expect(claims.filter((each) => each !== undefined)).toHaveLength(1);
    expect(await history().claim(aNewChange(), { ...call, after: undefined, holder: WEST })).toBeUndefined();
  });

  it('takes an update of one of two who have read the same', async () => {
    const change = await history().claim(aNewChange(), { ...call, after: undefined, holder: EAST });
    if (change === undefined) throw new Error('expected a change');
    const updates = await Promise.all(
      [EAST, WEST].map(async (holder) => history().update({ ...change, holder }, call)),
    );
    expect(updates.filter((each) => each !== undefined)).toHaveLength(1);
  });

  it('lists what was decided since, and the last change however old it is', async () => {
    let after: string | undefined;
    for (const days of [1, 2, 3]) {
      const change = await history().claim(aNewChange({ decidedAt: later(days * DAY_MS) }), {
        ...call,
        after,
        holder: EAST,
      });
      after = change?.id;
    }
    const ids = async (since: Date) => (await history().list('orders', { ...call, since })).map(({ id }) => id);
    expect(await ids(now)).toEqual(['00000001', '00000002', '00000003']);
    expect(await ids(later(2 * DAY_MS))).toEqual(['00000002', '00000003']);
    expect(await ids(later(9 * DAY_MS))).toEqual(['00000003']);
  });

  it('begins anew when everything has expired, even if the rows are still there', async () => {
    await history().claim(aNewChange(), { ...call, after: undefined, holder: EAST });
    now = later(91 * DAY_MS);
    expect(await history().list('orders', { ...call, since: new Date(0) })).toEqual([]);
    expect(await history().claim(aNewChange(), { ...call, after: undefined, holder: WEST })).toMatchObject({
      holder: WEST,
    });
  });
});

describe('probes', () => {
  const probes = () => createDynamoDbProbes(server.clients, options());
  const aProbe = (members: Partial<Probe> = {}): Probe => ({
    mrap: 'orders',
    observer: WEST,
    region: EAST,
    bucket: 'orders-use1',
    at: now,
    plain: 'answered',
    ...members,
  });

  it('come back as they were left, for their access point and Region alone', async () => {
    const full = aProbe({ kms: 'throttled', latencyMs: 42, detail: 'HTTP 503 SlowDown' });
    const others = [aProbe({ observer: EAST, plain: 'failed' }), aProbe({ at: later(10_000), plain: 'missing' })];
    for (const each of [full, full, ...others, aProbe({ region: WEST }), aProbe({ mrap: 'others' })])
      await probes().leave(each, call);
    expect(await probes().recent({ mrap: 'orders', region: EAST }, { ...call, since: now })).toEqual(
      [full, ...others].toSorted((a, b) =>
        `${a.at.toISOString()}${a.observer}` < `${b.at.toISOString()}${b.observer}` ? -1 : 1,
      ),
    );
    expect(await probes().recent({ mrap: 'orders', region: EAST }, { ...call, since: later(1) })).toEqual([others[1]]);
  });

  it('are forgotten after an hour', async () => {
    await probes().leave(aProbe(), call);
    now = later(3_601_000);
    expect(await probes().recent({ mrap: 'orders', region: EAST }, { ...call, since: new Date(0) })).toEqual([]);
  });
});

describe('readiness', () => {
  it.each([
    [
      'everything',
      { kms: { quotaPerSecond: 10_000, usedPerSecond: 12.5, peakPerSecond: 300 }, keysUsable: false, throttled: true },
    ],
    ['nothing', {}],
  ])('is kept with %s that is known, and the latest counts', async (_, known) => {
    const book = createDynamoDbReadiness(server.clients, options());
    await book.leave({ region: EAST, asOf: later(60_000), ...known }, call);
    await book.leave({ region: EAST, asOf: now, throttled: false }, call);
    expect(await book.read(EAST, call)).toEqual({ region: EAST, asOf: later(60_000), ...known });
    expect(await book.read(WEST, call)).toBeUndefined();
  });
});

describe('freezes', () => {
  it('end by themselves, or are lifted', async () => {
    const book = createDynamoDbRouteFreezes(server.clients, options());
    const long = { reason: 'a migration', by: 'ann', until: later(2 * DAY_MS) };
    const short = { reason: 'a mass delete', by: 'holdfast', until: later(3_600_000) };
    for (const each of [long, short, short]) await book.put('orders', each, call);
    expect(await book.list('orders', call)).toEqual([short, long]);
    expect(await book.list('others', call)).toEqual([]);
    now = later(DAY_MS);
    expect(await book.list('orders', call)).toEqual([long]);
    expect(await book.lift('orders', call)).toBe(1);
    expect(await book.list('orders', call)).toEqual([]);
  });
});

describe('manifests', () => {
  const aManifest = (count: number): Manifest => ({
    mrap: 'orders',
    change: '00000001',
    asOf: now,
    links: ['orders/a/b'],
    risk: { versions: count, bytes: 7, completeUpTo: now, oldestPendingAt: now },
    versions: Array.from({ length: count }, (_, index) => ({
      link: 'orders/a/b',
      object: { bucket: 'orders-use1', region: EAST, key: `${'😀'.repeat(250)}${index}`, versionId: `v${index}` },
      createdAt: later(index),
      sizeBytes: index,
    })),
    truncated: false,
    unread: [{ link: 'orders/c/d', reason: 'it is out' }],
  });

  it.each([0, 1, 100, 250])('of %d versions come back whole', async (count) => {
    const book = createDynamoDbManifests(server.clients, options());
    await book.put(aManifest(300), call);
    await book.put(aManifest(count), call);
    expect(await book.get({ mrap: 'orders', id: '00000001' }, call)).toEqual(aManifest(count));
    expect(await book.get({ mrap: 'orders', id: '00000002' }, call)).toBeUndefined();
  });
});
