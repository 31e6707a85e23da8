import { beforeEach, describe, expect, it } from 'vitest';
import { createRunSpend } from '../../src/audit/run-spend.ts';
import { createFakeMachine, type FakeMachine, RUN } from './fake-machine.ts';

const ref = { audit: 'weekly', run: RUN };
const call = { signal: new AbortController().signal };
const PAGE = 0.000005;

let machine: FakeMachine;
const begin = async () => createRunSpend(ref, { world: machine.world, call });
const later = (ms: number): void => {
  machine.now = new Date(machine.now.getTime() + ms);
};
const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  machine = createFakeMachine({ sources: [], replicas: [], cuts: [] });
  await machine.plan();
  await machine.book.save(ref, { phase: 'running' }, call);
});

describe('what a shard spends', () => {
  it('counts on top of what others have spent before', async () => {
    await machine.book.add(ref, { dollars: 1 }, call);
    const before = machine.book.kept[0]?.dollars ?? 0;
    const spend = await begin();
    spend.add('list', 'us-east-1', 2);
    expect(spend.dollars()).toBeCloseTo(before + 2 * PAGE, 9);
  });

  it('is told every ten seconds, and so are others heard', async () => {
    const spend = await begin();
    const before = spend.dollars();
    spend.add('list', 'us-east-1');
    later(9_999);
    spend.share();
    await settled();
    expect(machine.book.kept[0]?.dollars).toBeCloseTo(before, 9);
    await machine.book.add(ref, { dollars: 3 }, call);
    later(1);
    spend.share();
    await settled();
    expect(machine.book.kept[0]?.dollars).toBeCloseTo(before + 3 + PAGE, 9);
    expect(spend.dollars()).toBeCloseTo(before + 3 + PAGE, 9);
  });

  it('is told once, also where it could not be told at first', async () => {
    const spend = await begin();
    const before = spend.dollars();
    spend.add('list', 'us-east-1');
    const { add } = machine.book;
    Object.assign(machine.book, { add: async () => Promise.reject(new Error('no ledger')) });
    later(10_000);
    spend.share();
    await settled();
    Object.assign(machine.book, { add });
    await spend.flush({ shards: 1 });
    await spend.flush({});
    expect(machine.book.kept).toMatchObject([{ shards: { done: 1 } }]);
    expect(machine.book.kept[0]?.dollars).toBeCloseTo(before + PAGE, 9);
  });

  it('belongs to a run that there is', async () => {
    await expect(createRunSpend({ ...ref, run: 'none' }, { world: machine.world, call })).rejects.toThrow(
      'expected a run none of weekly',
    );
  });
});
