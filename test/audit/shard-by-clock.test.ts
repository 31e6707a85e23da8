import { describe, expect, it } from 'vitest';
import { verifyReport } from '../../src/audit/verify-report.ts';
import { HoldfastError } from '../../src/errors.ts';
import { codes, FILES, KEYS, largest, linesOf, MISSING, pairWithout, planOf, summaryOf } from './clock-run.ts';
import { createFakeMachine, RUN } from './fake-machine.ts';

describe('a shard', () => {
  it('that runs out of time is cut smaller and done in the next round', async () => {
    const machine = createFakeMachine(pairWithout(MISSING));
    await machine.plan();
    const { shards } = planOf(machine);
    const slow = largest(planOf(machine));
    for (const { shard } of shards) if (shard !== slow.shard) await machine.shard(shard);
    const left = await machine.shard(slow.shard, { endsAfter: 2 });
    expect(left).toEqual({ shard: slow.shard, done: false, reason: 'time' });
    const again = await machine.report(1);
    expect(again).toMatchObject({ kind: 'again', round: 2, todoKey: FILES.todo(2), concurrency: 4 });
    const todo = JSON.parse(machine.reports.files.get(FILES.todo(2)) ?? '') as { shard: number }[];
    expect(todo.length).toBeGreaterThan(1);
    const cut = planOf(machine).shards.filter(({ shard }) => todo.some((each) => each.shard === shard));
    expect(cut).toHaveLength(todo.length);
    expect([cut[0]?.after, cut.at(-1)?.upTo]).toEqual([slow.after, slow.upTo]);
    for (const { shard } of todo) expect(await machine.shard(shard)).toEqual({ shard, done: true });
    expect(await machine.report(2)).toMatchObject({ kind: 'finished', complete: true, violated: 1 });
    expect((await verifyReport(linesOf(machine))).problems).toEqual([]);
    expect(summaryOf(machine).source.versions).toBe(KEYS.length);
  });

  it('that cannot be done in three rounds is missing in the report, which says so', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    const { shards } = planOf(machine);
    for (const { shard } of shards.slice(1)) await machine.shard(shard);
    for (const round of [1, 2]) {
      const again = await machine.report(round);
      expect(again).toMatchObject({ kind: 'again', round: round + 1 });
    }
    expect(await machine.report(3)).toEqual({
      kind: 'finished',
      audit: 'weekly',
      run: RUN,
      complete: false,
      violated: 0,
    });
    expect(summaryOf(machine)).toMatchObject({
      complete: false,
      stopped: 'error',
      shards: { done: shards.length - 1 },
    });
    expect(codes(machine)).toEqual(['violated audit-finished']);
    expect(machine.book.kept).toMatchObject([{ phase: 'finished', stopped: 'error' }]);
  });

  it('does not begin when the budget is spent, and the run ends with that', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    const [first, ...others] = planOf(machine).shards;
    await machine.shard(first?.shard ?? 0);
    await machine.book.add({ audit: 'weekly', run: RUN }, { dollars: 10 }, { signal: new AbortController().signal });
    for (const { shard } of others) {
      expect(await machine.shard(shard)).toEqual({ shard, done: false, reason: 'budget' });
    }
    expect(await machine.report(1)).toMatchObject({ kind: 'finished', complete: false });
    expect(summaryOf(machine)).toMatchObject({ stopped: 'budget', shards: { done: 1 } });
    expect(codes(machine)).toEqual(['violated budget-reached']);
    expect(machine.book.kept).toMatchObject([{ phase: 'finished', stopped: 'budget' }]);
  });

  it('stops in its midst when others have spent the budget', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    const dollars = machine.book.kept[0]?.dollars ?? 0;
    const audit = { budget: dollars + 0.000006 }; // one page of five thousandths of a cent
    expect(await machine.shard(0, { audit })).toEqual({ shard: 0, done: false, reason: 'budget' });
    expect(machine.book.kept[0]?.dollars).toBeGreaterThan(dollars);
  });

  it('stops where too much differs, and with it the run', async () => {
    const machine = createFakeMachine(pairWithout(...KEYS));
    await machine.plan();
    const reason = 'too-many-differences';
    const { shard } = largest(planOf(machine));
    expect(await machine.shard(shard, { audit: { ceiling: 2 } })).toEqual({ shard, done: false, reason });
    expect(await machine.report(1)).toMatchObject({ kind: 'finished', complete: false });
    expect(summaryOf(machine).stopped).toBe(reason);
    expect(machine.told.at(-1)?.finding).toMatchObject({ code: 'audit-finished', evidence: { stopped: reason } });
  });

  it('is not done before people were told of what it has found', async () => {
    const machine = createFakeMachine(pairWithout(...KEYS));
    await machine.plan();
    const { open } = machine.world.alerts;
    const broken = async (): Promise<void> => {
      throw new HoldfastError('unavailable', 'test', 'no topic');
    };
    Object.assign(machine.world.alerts, { open: broken });
    const { shard } = largest(planOf(machine));
    await expect(machine.shard(shard)).rejects.toThrow('no topic');
    expect(machine.reports.files.has(FILES.shard(shard))).toBe(false);
    expect(machine.book.kept).toMatchObject([{ findings: 0, shards: { done: 0 } }]);
    Object.assign(machine.world.alerts, { open });
    expect(await machine.shard(shard)).toEqual({ shard, done: true });
    expect(machine.told.length).toBe(machine.book.kept[0]?.violated);
  });

  it('of a run that has come to its end is left', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    await machine.book.save(
      { audit: 'weekly', run: RUN },
      { phase: 'failed' },
      { signal: new AbortController().signal },
    );
    expect(await machine.shard(0)).toEqual({ shard: 0, done: false, reason: 'given-up' });
  });
});
