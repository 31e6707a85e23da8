import { describe, expect, it } from 'vitest';
import { failRun, type ReportAnswer } from '../../src/audit/finish-run.ts';
import type { AuditPlan, AuditSummary } from '../../src/audit/records.ts';
import { runFiles } from '../../src/audit/run-files.ts';
import { verifyReport } from '../../src/audit/verify-report.ts';
import { HoldfastError } from '../../src/errors.ts';
import type { AlertState } from '../../src/model/alert-state.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import { LINK } from '../support/replicas.ts';
import { AUDIT, CONFIG, createFakeMachine, type FakeMachine, RUN } from './fake-machine.ts';
import { auditFake, type FakePair } from './fake-pair.ts';

const KEYS = Array.from({ length: 60 }, (_, index) => `logs/${String(index).padStart(2, '0')} é+%😀`);
const MISSING = KEYS[7] ?? '';
const FILES = runFiles(AUDIT.name, RUN);

function entry(key: string): ListedEntry {
  const content = { sizeBytes: 5, etag: '5d41402abc4b2a76b9719d911017c592', storageClass: 'STANDARD' };
  return { key, versionId: '1', isLatest: true, lastModifiedAt: new Date(0), ...content };
}

function pairWithout(...missing: readonly string[]): FakePair {
  const sources = KEYS.toSorted(compareKeys).map((key) => entry(key));
  return { sources, replicas: sources.filter(({ key }) => !missing.includes(key)), cuts: [] };
}

/** Plays the state machine to its end. */
async function runMachine(machine: FakeMachine): Promise<ReportAnswer> {
  const planned = await machine.plan();
  if (planned.kind !== 'planned') throw new Error(`expected a plan, got ${planned.reason}`);
  let [todoKey, round]: [string, number] = [planned.todoKey, planned.round];
  for (;;) {
    for (const { shard } of JSON.parse(machine.reports.files.get(todoKey) ?? '') as { shard: number }[]) {
      await machine.shard(shard);
    }
    const answer = await machine.report(round);
    if (answer.kind === 'finished') return answer;
    [todoKey, round] = [answer.todoKey, answer.round];
  }
}

/** The shard with the most keys. */
function largest({ shards }: AuditPlan): AuditPlan['shards'][number] {
  const sizeOf = ({ after = '', upTo = '\u{10FFFF}' }: AuditPlan['shards'][number]): number =>
    KEYS.filter((key) => compareKeys(after, key) < 0 && compareKeys(key, upTo) <= 0).length;
  const [first] = shards.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (first === undefined) throw new Error('expected shards');
  return first;
}

const linesOf = (machine: FakeMachine) => machine.reports.lines(FILES.report, { signal: new AbortController().signal });
const planOf = (machine: FakeMachine) => JSON.parse(machine.reports.files.get(FILES.plan) ?? '') as AuditPlan;
const summaryOf = (machine: FakeMachine) => JSON.parse(machine.reports.files.get(FILES.summary) ?? '') as AuditSummary;
const codes = (machine: FakeMachine) => machine.told.map(({ finding: { verdict, code } }) => `${verdict} ${code}`);

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
