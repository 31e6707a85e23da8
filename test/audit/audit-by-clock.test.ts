import { describe, expect, it } from 'vitest';
import { failRun } from '../../src/audit/finish-run.ts';
import { verifyReport } from '../../src/audit/verify-report.ts';
import type { AlertState } from '../../src/model/alert-state.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { LINK } from '../support/replicas.ts';
import { codes, FILES, KEYS, linesOf, MISSING, pairWithout, planOf, runMachine, summaryOf } from './clock-run.ts';
import { AUDIT, CONFIG, createFakeMachine, RUN } from './fake-machine.ts';
import { auditFake } from './fake-pair.ts';

describe('a run by the clock', () => {
  it('writes a report that verify-report accepts, with the root that the command line computes', async () => {
    const machine = createFakeMachine(pairWithout(MISSING));
    const answer = await runMachine(machine);
    const proof = await verifyReport(linesOf(machine));
    expect(proof).toMatchObject({ problems: [], root: answer.kind === 'finished' && answer.root, findings: 1 });
    expect(proof.shards).toBeGreaterThan(3);
    const cuts = planOf(machine).shards.flatMap(({ upTo = [] }) => upTo);
    const { summary } = await auditFake({ ...pairWithout(MISSING), cuts });
    const { requests: _, dollars: __, endedAt: ___, ...same } = summary;
    expect(summaryOf(machine)).toMatchObject(same);
    expect(machine.reports.files.get(FILES.page)).toContain(answer.kind === 'finished' ? answer.root : '?');
  });

  it('keeps its book: what it has done, found and cost, and who is next', async () => {
    const machine = createFakeMachine(pairWithout(MISSING));
    const answer = await runMachine(machine);
    const [run] = machine.book.kept;
    const { shards } = planOf(machine);
    expect(run).toMatchObject({
      phase: 'finished',
      shards: { done: shards.length, all: shards.length },
      versions: 2 * KEYS.length - 1,
      bytes: 5 * (2 * KEYS.length - 1),
      findings: 1,
      violated: 1,
      root: answer.kind === 'finished' && answer.root,
      report: { bucket: 'reports', prefix: `audits/weekly/${RUN}/` },
    });
    expect(run?.expected).toBeGreaterThanOrEqual(2 * KEYS.length); // keys at the ends of shards are counted twice
    expect(run?.dollars).toBeGreaterThan(0);
    expect(summaryOf(machine).dollars).toBeCloseTo(run?.dollars ?? 0, 9);
    expect(machine.book.holders.size).toBe(0);
  });

  it('tells what it has found as anybody else would, and that it has finished', async () => {
    const machine = createFakeMachine(pairWithout(MISSING));
    await runMachine(machine);
    expect(codes(machine)).toEqual(['violated replica-missing', 'violated audit-finished']);
    expect(machine.told[0]?.finding.subject).toMatchObject({ object: { key: MISSING, bucket: LINK.source.bucket } });
    expect(machine.told[1]?.finding.evidence).toMatchObject({
      audit: 'weekly',
      run: RUN,
      root: summaryOf(machine).root,
      report: `s3://reports/audits/weekly/${RUN}`,
      violated: 1,
      versions: 2 * KEYS.length - 1,
    });
  });

  it('publishes the root of a run that has nothing to complain of, whatever severity is published', async () => {
    const machine = createFakeMachine(pairWithout());
    await runMachine(machine);
    expect(machine.told).toMatchObject([
      { state: 'noted', finding: { verdict: 'verified', code: 'audit-finished', evidence: { violated: 0 } } },
    ]);
  });

  it('may be repeated in every step, and says and counts nothing twice', async () => {
    const machine = createFakeMachine(pairWithout(MISSING));
    const planned = await machine.plan();
    const before = machine.listed();
    expect(await machine.plan()).toEqual(planned);
    expect(machine.listed()).toBe(before);
    for (const { shard } of planOf(machine).shards) {
      expect(await machine.shard(shard)).toEqual({ shard, done: true });
      expect(await machine.shard(shard)).toEqual({ shard, done: true });
    }
    const first = await machine.report(1);
    const report = machine.reports.files.get(FILES.report);
    expect(await machine.report(1)).toEqual(first);
    expect(machine.reports.files.get(FILES.report)).toBe(report);
    expect(machine.told).toHaveLength(2);
    expect(machine.book.kept).toMatchObject([{ versions: 2 * KEYS.length - 1, violated: 1 }]);
  });

  it('locks the files of the report where that is configured, and nothing that is written twice', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    for (const { shard } of planOf(machine).shards) await machine.shard(shard);
    await machine.report(1, { lock: { mode: 'compliance', forMs: 86_400_000 } });
    const until = new Date(machine.now.getTime() + 86_400_000);
    expect(Object.fromEntries(machine.reports.locks)).toEqual({
      [FILES.report]: { mode: 'compliance', until },
      [FILES.summary]: { mode: 'compliance', until },
      [FILES.page]: { mode: 'compliance', until },
    });
  });
});

describe('planning', () => {
  it('skips where another run is under way, and begins where that one is silent', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    expect(await machine.plan({}, 'other')).toEqual({ kind: 'skipped', reason: `run ${RUN} is under way` });
    machine.now = new Date(machine.now.getTime() + 3_600_000);
    expect(await machine.plan({}, 'other')).toMatchObject({ kind: 'planned', run: 'other' });
  });

  it('refuses what is above its budget, tells so, and lets the next run begin', async () => {
    const machine = createFakeMachine(pairWithout());
    expect(await machine.plan({ budget: 0.00001 })).toEqual({
      kind: 'refused',
      reason: 'the quote is above the budget',
    });
    expect(codes(machine)).toEqual(['violated audit-refused']);
    expect(machine.book.kept).toMatchObject([{ phase: 'refused', endedAt: machine.now }]);
    expect(machine.book.holders.size).toBe(0);
    expect(machine.reports.files.has(FILES.plan)).toBe(false);
  });

  it('begins with the shards of the last complete run, and asks for nothing to find them', async () => {
    const machine = createFakeMachine(pairWithout());
    await runMachine(machine);
    const before = machine.listed();
    const next = '20261109T000000Z-000002';
    expect(await machine.plan({}, next)).toMatchObject({ kind: 'planned', shards: 1 }); // so few are joined
    expect(machine.listed()).toBe(before);
    const [again, first] = await machine.book.runs('weekly', { atMost: 2, signal: new AbortController().signal });
    expect(again).toMatchObject({ run: next, expected: 2 * KEYS.length, dollars: 0 });
    expect(first?.dollars).toBeGreaterThan(0);
  });

  it('cuts anew where another question is asked', async () => {
    const machine = createFakeMachine(pairWithout());
    await runMachine(machine);
    const before = machine.listed();
    await machine.plan({ prefix: 'logs/' }, '20261109T000000Z-000002');
    expect(machine.listed()).toBeGreaterThan(before);
  });

  it('refuses by what the last complete run cost', async () => {
    const machine = createFakeMachine(pairWithout());
    await runMachine(machine);
    expect(await machine.plan({ budget: 0.00001 }, 'next')).toMatchObject({ kind: 'refused' });
    expect(await machine.plan({}, 'later')).toMatchObject({ kind: 'planned' });
  });
});

describe('the end of a run', () => {
  const failed = { audit: AUDIT, run: RUN, config: CONFIG };
  const signal = new AbortController().signal;

  it('by a fault is told, lets the next run begin, and is over with the next that ends', async () => {
    const machine = createFakeMachine(pairWithout());
    await machine.plan();
    await failRun(failed, 'Lambda.Unknown: out of memory', { world: machine.world, call: { signal } });
    expect(machine.told).toMatchObject([
      { finding: { code: 'audit-failed', evidence: { error: 'Lambda.Unknown: out of memory' } }, state: 'opened' },
    ]);
    expect(machine.book.kept).toMatchObject([{ phase: 'failed', reason: 'Lambda.Unknown: out of memory' }]);
    expect(machine.book.holders.size).toBe(0);
    for (const key of machine.reports.files.keys()) machine.reports.files.delete(key);
    await machine.book.begin({ ...machine.book.kept[0]!, run: RUN }, { signal, silentMs: 1 });
    await machine.plan();
    for (const { shard } of planOf(machine).shards) await machine.shard(shard);
    await machine.report(1);
    expect(machine.gone.map(({ id }) => id)).toEqual([machine.told[0]?.id]);
  });

  it('without a violation ends what an earlier one has told, and a refusal does not', async () => {
    const machine = createFakeMachine(pairWithout(MISSING));
    await runMachine(machine);
    const finished = machine.told.at(-1);
    await machine.plan({ budget: 0.00001 }, 'refused');
    expect(machine.gone).toEqual([]);
    const mended = createFakeMachine(pairWithout());
    await mended.plan();
    for (const { shard } of planOf(mended).shards) await mended.shard(shard);
    Object.assign(mended.world, { notes: machine.world.notes });
    await mended.report(1);
    expect(mended.gone.map(({ id }) => id)).toContain(finished?.id);
  });

  it('looks again at what is open, and heals what is proved', async () => {
    const versions = [MISSING, KEYS[8] ?? '', 'other/key'].map((key): ObjectRef => ({
      bucket: LINK.source.bucket,
      region: LINK.source.region,
      key,
      versionId: '1',
    }));
    const cases = versions.map((object, index) => ({
      id: `case-${index}`,
      subject: { kind: 'object-version', object } as const,
      evidence: {},
      at: new Date(0),
      episode: 1,
    }));
    const open = (code: 'replica-missing' | 'content-differs-from-etag', destinationBucket: string): AlertState => ({
      fingerprint: `${code} ${destinationBucket}`,
      episode: 1,
      phase: 'open',
      finding: {
        verdict: 'violated',
        code,
        subject: { kind: 'object-version', object: versions[0]! },
        evidence: { destinationBucket },
      },
      severity: 'critical',
      count: 3,
      healed: 0,
      firstAt: new Date(0),
      lastAt: new Date(0),
      examples: [],
    });
    const machine = createFakeMachine(pairWithout(MISSING), [
      { state: open('replica-missing', LINK.destination.bucket), cases },
      { state: open('replica-missing', 'somewhere-else'), cases },
      { state: open('content-differs-from-etag', LINK.destination.bucket), cases },
    ]);
    await machine.plan();
    for (const { shard } of planOf(machine).shards) await machine.shard(shard);
    await machine.report(1);
    expect(machine.healed.map(({ code, subject, evidence }) => [code, subject, evidence])).toEqual([
      [
        'replica-matches',
        { kind: 'object-version', object: versions[1] },
        { destinationBucket: LINK.destination.bucket },
      ],
    ]);
  });
});
