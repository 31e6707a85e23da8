import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbAlertHistory } from '../../src/adapters/aws/dynamodb-alert-history.ts';
import type { AlertHistory } from '../../src/ports.ts';
import { alertOf } from '../console/scenes.ts';
import { aBudget } from '../support/deliver.ts';
import { createTestTable, type TestTable } from '../support/dynamodb.ts';

const call = aBudget();
const DAY_MS = 86_400_000;

let server: TestTable;
let now: Date;
let history: AlertHistory;

beforeAll(async () => {
  server = await createTestTable('ledger');
});
afterAll(async () => server.close());

beforeEach(async () => {
  now = new Date('2026-11-21T00:10:00Z');
  const options = { table: server.table, region: server.region, clock: { now: () => now } };
  history = createDynamoDbAlertHistory(server.clients, options);
  await server.empty();
});

const at = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const alert = (index: number, minutes: number) =>
  alertOf('object-lost', { severity: 'critical', at: at(minutes), key: `a+%é～😀/${index}`, index });
const ids = async (since: Date, until: Date): Promise<readonly string[]> =>
  (await history.recent({ since, until }, call)).map(({ id }) => id);

describe('the history of alerts', () => {
  it('gives back what was kept, oldest first, across midnight and its partitions', async () => {
    const alerts = Array.from({ length: 30 }, (_, index) => alert(index, ((index * 7) % 30) - 20));
    for (const each of alerts) await history.note(each, call);
    const expected = alerts.toSorted((a, b) => (a.time < b.time ? -1 : 1));
    expect(await history.recent({ since: at(-60), until: at(60) }, call)).toEqual(expected);
  });

  it('keeps the same publication once, and another time apart', async () => {
    await history.note(alert(1, 0), call);
    await history.note(alert(1, 0), call);
    await history.note(alert(1, 5), call);
    expect(await ids(at(-1), at(6))).toHaveLength(2);
  });

  it('begins and ends where it is asked to, with both ends', async () => {
    for (const minute of [-2, -1, 0, 1, 2]) await history.note(alert(minute, minute), call);
    expect(await ids(at(-1), at(1))).toEqual(['object-lost--1', 'object-lost-0', 'object-lost-1']);
    expect(await ids(at(3), at(2))).toEqual([]);
  });

  it('forgets after 30 days, and asks for no more days than that', async () => {
    await history.note(alert(1, 0), call);
    now = new Date(now.getTime() + 30 * DAY_MS + 1_000);
    expect(await ids(new Date(0), now)).toEqual([]);
  });
});
