import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbAuditBook } from '../../src/adapters/aws/dynamodb-audit-book.ts';
import type { AuditRun } from '../../src/model/audit-run.ts';
import type { AuditBook } from '../../src/ports.ts';
import { aBudget } from '../support/deliver.ts';
import { createTestTable, type TestTable } from '../support/dynamodb.ts';
import { createFakeAuditBook } from '../support/fake-audit-book.ts';

const call = aBudget();
const HOUR_MS = 3_600_000;
const silence = { ...call, silentMs: HOUR_MS };

let server: TestTable;
let now: Date;
let book: AuditBook;

beforeAll(async () => {
  server = await createTestTable('ledger');
});
afterAll(async () => server.close());

function aRun(members: Partial<AuditRun> = {}): AuditRun {
  return {
    audit: 'weekly',
    pair: 'orders',
    run: '20261102T000000Z-000001',
    phase: 'planning',
    startedAt: new Date('2026-11-02T00:00:00Z'),
    updatedAt: now,
    shards: { done: 0, all: 0 },
    versions: 0,
    bytes: 0,
    findings: 0,
    violated: 0,
    dollars: 0,
    ...members,
  };
}

const first = { audit: 'weekly', run: '20261102T000000Z-000001' };
const second = { audit: 'weekly', run: '20261109T000000Z-000002' };

describe.each([
  [
    'in the ledger',
    () =>
      createDynamoDbAuditBook(server.clients, {
        table: server.table,
        region: server.region,
        clock: { now: () => now },
      }),
  ],
  ['of the tests', () => createFakeAuditBook({ now: () => now })],
])('the book of audits %s', (_, create) => {
  beforeEach(async () => {
    now = new Date('2026-11-02T00:00:00Z');
    await server.empty();
    book = create();
  });

  const pass = (ms: number): void => {
    now = new Date(now.getTime() + ms);
  };

  it('gives back what began, grew and was saved', async () => {
    expect(await book.begin(aRun(), silence)).toEqual({ kind: 'begun' });
    expect(await book.get(first, call)).toEqual(aRun());
    pass(1_000);
    await book.save(first, { phase: 'running', shards: 3, expected: 2_000 }, call);
    const sums = await book.add(
      first,
      { shards: 1, versions: 20, bytes: 300, findings: 2, violated: 1, dollars: 0.01 },
      call,
    );
    const running = {
      ...aRun({ updatedAt: now, phase: 'running', shards: { done: 1, all: 3 }, expected: 2_000 }),
      versions: 20,
      bytes: 300,
      findings: 2,
      violated: 1,
      dollars: 0.01,
    };
    expect(sums).toEqual(running);
    expect(await book.add(first, { dollars: 0.02 }, call)).toEqual({ ...running, dollars: 0.03 });
    const end = { phase: 'finished', endedAt: now, root: 'ab', stopped: 'budget', reason: 'spent' } as const;
    const report = { bucket: 'reports', prefix: 'audits/weekly/' };
    await book.save(first, { ...end, report }, call);
    expect(await book.get(first, call)).toEqual({ ...running, dollars: 0.03, ...end, report });
  });

  it('lets one run of an audit begin at a time, and the same one again', async () => {
    await book.begin(aRun(), silence);
    await book.add(first, { shards: 1 }, call);
    pass(HOUR_MS - 1);
    const [known] = await book.runs('weekly', { ...call, atMost: 1 });
    expect(await book.begin(aRun({ ...second }), silence)).toEqual({ kind: 'held', by: known });
    expect(await book.begin(aRun(), silence)).toEqual({ kind: 'begun' });
    expect((await book.get(first, call))?.shards.done).toBe(1);
    expect(await book.begin(aRun({ audit: 'daily' }), silence)).toEqual({ kind: 'begun' });
  });

  it('gives up a run that is silent, which cannot let go for the one in its place', async () => {
    await book.begin(aRun(), silence);
    pass(HOUR_MS);
    expect(await book.begin(aRun(second), silence)).toEqual({ kind: 'begun' });
    await book.release(first, call);
    expect(await book.begin(aRun({ run: 'third' }), silence)).toMatchObject({ kind: 'held', by: second });
    await book.release(second, call);
    expect(await book.begin(aRun({ run: 'third' }), silence)).toEqual({ kind: 'begun' });
  });

  it('lists runs with the newest first, and not those of others', async () => {
    for (const run of ['1', '3', '2']) {
      await book.begin(aRun({ run }), silence);
      await book.release({ audit: 'weekly', run }, call);
    }
    await book.begin(aRun({ audit: 'weekly2', run: '4' }), silence);
    const names = async (atMost: number) => (await book.runs('weekly', { ...call, atMost })).map(({ run }) => run);
    expect(await names(9)).toEqual(['3', '2', '1']);
    expect(await names(2)).toEqual(['3', '2']);
    expect(await book.runs('none', { ...call, atMost: 1 })).toEqual([]);
  });

  it('does not make up a run that never began', async () => {
    expect(await book.add(first, { versions: 1 }, call)).toBeUndefined();
    await book.save(first, { phase: 'failed' }, call);
    expect(await book.get(first, call)).toBeUndefined();
  });
});

it('of many who begin at once, one has the audit', async () => {
  now = new Date('2026-11-02T00:00:00Z');
  await server.empty();
  const real = createDynamoDbAuditBook(server.clients, {
    table: server.table,
    region: server.region,
    clock: { now: () => now },
  });
  const begun = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => real.begin(aRun({ run: `run-${index}` }), silence)),
  );
  expect(begun.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
});
