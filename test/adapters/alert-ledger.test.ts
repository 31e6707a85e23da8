import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbStateBook } from '../../src/adapters/aws/dynamodb-alert-book.ts';
import { createDynamoDbCaseBook } from '../../src/adapters/aws/dynamodb-alert-cases.ts';
import { createDynamoDbAlertStates } from '../../src/adapters/aws/dynamodb-alert-states.ts';
import { createDynamoDbOutbox } from '../../src/adapters/aws/dynamodb-outbox.ts';
import type { KnownCase, OutboxClaim } from '../../src/model/alert-state.ts';
import type { AlertStates, CaseBook, Outbox, StateBook } from '../../src/ports.ts';
import { aCause, FINGERPRINT } from '../support/alerts.ts';
import { aBudget } from '../support/deliver.ts';
import { createTestTable, type TestTable } from '../support/dynamodb.ts';
import { OBJECT } from '../support/facts.ts';
import { createFakeAlertLedger } from '../support/fake-alert-ledger.ts';

const call = aBudget();
setMaxListeners(0, call.signal); // of one call for a whole test
const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-21T00:10:00Z');
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

let server: TestTable;
let now: Date;
let people: AlertStates;
interface Tables {
  readonly states: StateBook;
  readonly cases: CaseBook;
  readonly outbox: Outbox;
}
const tables: Tables[] = [];

beforeAll(async () => {
  server = await createTestTable('ledger');
});
afterAll(async () => server.close());

beforeEach(async () => {
  now = NOW;
  await server.empty();
  const options = { table: server.table, region: server.region, clock: { now: () => now } };
  people = createDynamoDbAlertStates(server.clients, options);
  tables.splice(0, 2, createFakeAlertLedger(), {
    states: createDynamoDbStateBook(server.clients, options),
    cases: createDynamoDbCaseBook(server.clients, options),
    outbox: createDynamoDbOutbox(server.clients, options),
  });
});

/** A case whose key is as bad as can be; ids begin with any digit. */
function aCase(n: number, changes: Partial<KnownCase> = {}): KnownCase {
  return {
    id: `${(n * 7919).toString(16).padStart(16, 'abc')}-${n}`,
    subject: { kind: 'object-version', object: { ...OBJECT, key: `at/a+%é～😀/${n}` } },
    evidence: { at: '2026-01-01', reason: 'x' },
    at: at(n),
    episode: 1,
    ...changes,
  };
}

const idsOf = (cases: readonly { readonly id: string }[]): readonly string[] => cases.map(({ id }) => id).toSorted();

async function collect(cases: AsyncIterable<KnownCase>): Promise<readonly KnownCase[]> {
  const all: KnownCase[] = [];
  for await (const each of cases) all.push(each);
  return all;
}

function lost(): never {
  throw new Error('it is not there any more');
}

/** Both are asked, and must answer alike. */
async function both<T>(ask: (each: Tables) => Promise<T>): Promise<T> {
  const [inMemory, inDynamoDb] = tables;
  const expected = await ask(inMemory ?? lost());
  const answer = await ask(inDynamoDb ?? lost());
  expect(answer).toEqual(expected);
  return answer;
}

describe('states', () => {
  it('come back as they were, times, evidence and all', async () => {
    const state = aCause({
      told: { notices: 2, at: at(1), phase: 'open', count: 3, severity: 'critical', reminders: 1 },
      phase: 'resolved',
      resolution: 'closed',
      resolvedAt: at(2),
      closing: { by: 'me', reason: 'at last' },
    });
    const odd = { ...state, finding: { ...state.finding, evidence: { at: 'noon', until: '2026-01-01T00:00:00Z' } } };
    await both(async ({ states }) => states.save({ state: odd, version: 0 }, call));
    const kept = await both(async ({ states }) => states.get(FINGERPRINT, call));
    expect(kept).toEqual({ state: odd, version: 1 });
    expect(await both(async ({ states }) => states.list(call))).toEqual([kept]);
  });

  it('are written only where nobody else has written since', async () => {
    const save = async (count: number, version: number) =>
      both(async ({ states }) => states.save({ state: aCause({ count }), version }, call));
    expect(await save(1, 0)).toBe(true);
    expect(await save(2, 0)).toBe(false);
    expect(await save(3, 1)).toBe(true);
    expect(await save(4, 1)).toBe(false);
    expect((await both(async ({ states }) => states.get(FINGERPRINT, call)))?.state.count).toBe(3);
  });

  it('are forgotten thirty days after they are over, and can be written anew', async () => {
    const [, { states } = lost()] = tables;
    await states.save({ state: aCause({ phase: 'resolved' }), version: 0 }, call);
    now = new Date(NOW.getTime() + 31 * DAY_MS);
    expect(await states.get(FINGERPRINT, call)).toBeUndefined();
    expect(await states.save({ state: aCause(), version: 0 }, call)).toBe(true);
    now = new Date(NOW.getTime() + 300 * DAY_MS);
    expect((await states.get(FINGERPRINT, call))?.state.phase).toBe('open');
  });
});

describe('cases', () => {
  it('are counted once each, and found under their names', async () => {
    for (const n of [1, 2, 3, 3, 2]) await both(async ({ cases }) => cases.add(FINGERPRINT, aCase(n), call));
    const { count, healed, some } = await both(async ({ cases }) => cases.tally(FINGERPRINT, 1, call));
    expect([count, healed, some.map(({ at: time }) => time)]).toEqual([3, 0, [at(3), at(2), at(1)]]);
    const { id } = aCase(2);
    expect(await both(async ({ cases }) => cases.find({ fingerprint: FINGERPRINT, id }, call))).toEqual(aCase(2));
    const idPrefix = id.slice(0, 17);
    expect(await both(async ({ cases }) => cases.about({ fingerprint: FINGERPRINT, idPrefix }, call))).toEqual([
      aCase(2),
    ]);
    expect(await both(async ({ cases }) => cases.find({ fingerprint: 'other', id }, call))).toBeUndefined();
    expect(await both(async ({ cases }) => cases.about({ fingerprint: FINGERPRINT, idPrefix: 'f-' }, call))).toEqual(
      [],
    );
  });

  it('heal once, and not when they were seen again meanwhile', async () => {
    await both(async ({ cases }) => cases.add(FINGERPRINT, aCase(1), call));
    const seen = await Promise.all(
      tables.map(async ({ cases }) => cases.find({ fingerprint: FINGERPRINT, id: aCase(1).id }, call)),
    );
    const heal = async () =>
      both(async (table) =>
        table.cases.heal(FINGERPRINT, seen[tables.indexOf(table)] ?? lost(), { at: at(5), ...call }),
      );
    expect(await heal()).toBe(true);
    expect(await heal()).toBe(false);
    const tally = async () => both(async ({ cases }) => cases.tally(FINGERPRINT, 1, call));
    expect(await tally()).toMatchObject({ count: 1, healed: 1 });
    const again = aCase(1, { at: at(9) });
    await both(async ({ cases }) => {
      const before = await cases.find({ fingerprint: FINGERPRINT, id: again.id }, call);
      return cases.add(FINGERPRINT, again, { ...call, ...(before && { before }) });
    });
    expect(await tally()).toMatchObject({ count: 1, healed: 0, some: [again] });
  });

  it('belong to an episode each, and the counts of the next begin anew', async () => {
    for (let n = 1; n <= 40; n += 1) await both(async ({ cases }) => cases.add(FINGERPRINT, aCase(n), call));
    const next = aCase(7, { episode: 2, at: at(100) });
    await both(async ({ cases }) => {
      const before = await cases.find({ fingerprint: FINGERPRINT, id: next.id }, call);
      return cases.add(FINGERPRINT, next, { ...call, ...(before && { before }) });
    });
    const [, { cases } = lost()] = tables;
    expect(await cases.tally(FINGERPRINT, 1, call)).toMatchObject({ count: 40 });
    expect(await cases.tally(FINGERPRINT, 2, call)).toMatchObject({ count: 1, healed: 0 });
    const listed = await both(async (table) => idsOf(await collect(table.cases.list(FINGERPRINT, 1, call))));
    expect(listed).toHaveLength(39);
    expect(await collect(cases.list(FINGERPRINT, 2, call))).toEqual([next]);
  });
});

describe('the outbox', () => {
  const claim: OutboxClaim = { by: 'a', since: at(0), until: at(1), episode: 1, notice: 1, state: 'opened', count: 1 };
  const entry = async () => both(async ({ outbox }) => outbox.get(FINGERPRINT, call));

  it('settles only what nobody touched meanwhile', async () => {
    const touch = async (n: number) =>
      both(async ({ outbox }) => {
        const { episode: _, ...latest } = aCase(n);
        return outbox.touch(FINGERPRINT, { at: at(n), latest, ...call });
      });
    await touch(1);
    const read = (await entry()) ?? lost();
    await touch(2);
    expect(await both(async ({ outbox }) => outbox.settle(read, { dueAt: at(9), ...call }))).toBe(false);
    expect(await entry()).toMatchObject({ version: 2, touchedAt: at(2), latest: { at: at(2) } });
    const fresh = (await entry()) ?? lost();
    expect(await both(async ({ outbox }) => outbox.settle(fresh, { dueAt: at(9), ...call }))).toBe(true);
    expect(await entry()).toMatchObject({ version: 3, settledVersion: 3, dueAt: at(9) });
    expect(await both(async ({ outbox }) => outbox.list(call))).toEqual([await entry()]);
  });

  it('gives a claim to one of two, and a touch leaves it where it is', async () => {
    await both(async ({ outbox }) => outbox.touch(FINGERPRINT, { at: at(0), ...call }));
    const read = (await entry()) ?? lost();
    expect(await both(async ({ outbox }) => outbox.claim(read, claim, call))).toMatchObject({ version: 2, claim });
    expect(await both(async ({ outbox }) => outbox.claim(read, { ...claim, by: 'b' }, call))).toBeUndefined();
    await both(async ({ outbox }) => outbox.touch(FINGERPRINT, { at: at(1), ...call }));
    expect(await entry()).toMatchObject({ version: 3, claim });
  });

  it('forgets what can come to nothing more, until it is touched again', async () => {
    const [, { outbox } = lost()] = tables;
    await outbox.touch(FINGERPRINT, { at: at(0), ...call });
    await outbox.settle((await outbox.get(FINGERPRINT, call)) ?? lost(), call);
    expect([await outbox.get(FINGERPRINT, call), await outbox.list(call)]).toEqual([undefined, []]);
    await outbox.touch(FINGERPRINT, { at: at(1), ...call });
    expect(await outbox.get(FINGERPRINT, call)).toMatchObject({ touchedAt: at(1) });
  });
});

describe('what people ask and tell', () => {
  const opened = async (): Promise<void> => {
    const [, { states, cases } = lost()] = tables;
    await states.save({ state: aCause({ count: 1, healed: 0 }), version: 0 }, call);
    for (const n of [1, 2, 3]) await cases.add(FINGERPRINT, aCase(n), call);
  };

  it('sees states with their counts, and every case', async () => {
    await opened();
    expect(await people.get(FINGERPRINT, call)).toMatchObject({ count: 3, phase: 'open' });
    expect((await people.list(call)).map(({ count }) => count)).toEqual([3]);
    expect(idsOf(await collect(people.cases(FINGERPRINT, call)))).toEqual(idsOf([1, 2, 3].map((n) => aCase(n))));
    expect(await collect(people.cases('other', call))).toEqual([]);
    expect(await people.get('other', call)).toBeUndefined();
  });

  it('closes a cause once, and leaves it for the sender to tell', async () => {
    await opened();
    const closing = { at: at(1), by: 'me', reason: 'mended', ...call };
    expect(await people.close(FINGERPRINT, closing)).toBe(true);
    expect(await people.close(FINGERPRINT, closing)).toBe(false);
    expect(await people.close('other', closing)).toBe(false);
    expect(await people.get(FINGERPRINT, call)).toMatchObject({
      phase: 'resolved',
      resolution: 'closed',
      resolvedAt: at(1),
      closing: { by: 'me', reason: 'mended' },
    });
    const [, { outbox } = lost()] = tables;
    expect((await outbox.list(call)).map(({ fingerprint }) => fingerprint)).toEqual([FINGERPRINT]);
  });

  it('keeps mutes until they end', async () => {
    const mute = { id: 'm', until: at(60), from: at(0), by: 'me', reason: 'moving', bucket: 'b' };
    await people.putMute(mute, call);
    expect(await people.mutes(call)).toEqual([mute]);
    expect(await people.removeMute('m', call)).toBe(true);
    expect(await people.removeMute('m', call)).toBe(false);
    await people.putMute(mute, call);
    now = at(60);
    expect(await people.mutes(call)).toEqual([]);
  });
});
