import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbLedger } from '../../src/adapters/aws/dynamodb-ledger.ts';
import type { Ledger } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { createTestTable, type TestTable } from '../support/dynamodb.ts';
import { aLook, anEvent, aState, OBJECT } from '../support/facts.ts';

const region = 'eu-west-1';
const table = 'ledger';
const call = aBudget();
const DAY_MS = 24 * 60 * 60 * 1_000;

let server: TestTable;
let ledger: Ledger;
let now: Date;

beforeAll(async () => {
  server = await createTestTable(table, region);
});
afterAll(async () => server.close());

beforeEach(async () => {
  now = new Date('2026-11-02T00:00:00Z');
  ledger = createDynamoDbLedger(server.clients, { table, region, clock: { now: () => now } });
  await server.empty();
});

describe('a look', () => {
  it('is settled once it was settled, twice is harmless', async () => {
    expect(await ledger.isSettled(aLook(), call)).toBe(false);
    expect(await ledger.settle(aLook(), call)).toBe(true);
    expect(await ledger.settle(aLook(), call)).toBe(false);
    expect(await ledger.isSettled(aLook(), call)).toBe(true);
  });

  it.each([
    ['version', aLook({ event: anEvent({ object: { ...OBJECT, versionId: 'v2' } }) })],
    ['key', aLook({ event: anEvent({ object: { ...OBJECT, key: 'a+b/～😀' } }) })],
    ['bucket', aLook({ event: anEvent({ object: { ...OBJECT, bucket: 'other' } }) })],
    ['sequencer', aLook({ event: anEvent({ sequencer: '02' }) })],
    ['reach', aLook({ reach: 'recorded' })],
    ['attempt', aLook({ attempt: 1 })],
  ])('does not settle that of another %s', async (_, other) => {
    await ledger.settle(aLook(), call);
    expect(await ledger.isSettled(other, call)).toBe(false);
  });

  it('stays settled for longer than a queue keeps a message, even where its event is old', async () => {
    const look = aLook({ event: anEvent({ eventAt: new Date('2020-01-01T00:00:00Z') }) });
    await ledger.settle(look, call);
    now = new Date(now.getTime() + 29 * DAY_MS);
    expect(await ledger.isSettled(look, call)).toBe(true);
  });

  it('is forgotten on time, although DynamoDB removes it days later', async () => {
    await ledger.settle(aLook(), call);
    now = new Date(now.getTime() + 30 * DAY_MS);
    expect(await ledger.isSettled(aLook(), call)).toBe(false);
  });

  it('can have the longest key there is', async () => {
    const look = aLook({ event: anEvent({ object: { ...OBJECT, bucket: 'b'.repeat(63), key: '😀'.repeat(256) } }) });
    await ledger.settle(look, call);
    expect(await ledger.isSettled(look, call)).toBe(true);
  });
});

describe('a baseline', () => {
  const { lastModifiedAt } = aState();
  const BASELINE = { algorithm: 'CRC64NVME', base64: 'first', sizeBytes: 10, etag: 'opaque', lastModifiedAt } as const;
  const unversioned = { ...OBJECT, versionId: 'null' };

  it('is what was recorded, with the time of it', async () => {
    expect(await ledger.baseline(OBJECT, aState(), call)).toBeUndefined();
    await ledger.recordBaseline(OBJECT, BASELINE, call);
    expect(await ledger.baseline(OBJECT, aState(), call)).toEqual({ ...BASELINE, recordedAt: now });
  });

  it('is the first of a content, whatever comes later', async () => {
    await ledger.recordBaseline(OBJECT, BASELINE, call);
    await ledger.recordBaseline(OBJECT, { ...BASELINE, base64: 'second' }, call);
    expect(await ledger.baseline(OBJECT, aState(), call)).toMatchObject({ base64: 'first' });
  });

  it.each([
    ['ETag', aState({ etag: { kind: 'opaque', value: 'another' } })],
    ['time', aState({ lastModifiedAt: new Date('2026-11-01T00:00:01Z') })],
  ])('of a null version is not that of its successor with another %s', async (_, successor) => {
    await ledger.recordBaseline(unversioned, BASELINE, call);
    expect(await ledger.baseline(unversioned, aState(), call)).toBeDefined();
    expect(await ledger.baseline(unversioned, successor, call)).toBeUndefined();
  });

  it('of a version stays when the object is encrypted with another key', async () => {
    await ledger.recordBaseline(OBJECT, BASELINE, call);
    expect(await ledger.baseline(OBJECT, aState({ etag: { kind: 'opaque', value: 'another' } }), call)).toBeDefined();
  });
});

it('says that a missing table is our fault', async () => {
  const other = createDynamoDbLedger(server.clients, { table: 'missing', region, clock: { now: () => now } });
  await expect(other.isSettled(aLook(), call)).rejects.toMatchObject({ kind: 'unexpected', operation: 'Ledger.get' });
  await expect(other.settle(aLook(), call)).rejects.toMatchObject({ kind: 'unexpected', operation: 'Ledger.put' });
});
