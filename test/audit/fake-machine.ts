import { finishRun, type ReportAnswer } from '../../src/audit/finish-run.ts';
import { type PlanAnswer, planRun } from '../../src/audit/plan-run.ts';
import { runShard, type ShardAnswer } from '../../src/audit/run-shard.ts';
import type { RunWorld } from '../../src/audit/run-world.ts';
import type { AlertState, KnownCase } from '../../src/model/alert-state.ts';
import type { AuditConfig, Config } from '../../src/model/config.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { CaseRef } from '../../src/model/alert-state.ts';
import type { AlertSink } from '../../src/ports.ts';
import { identifyCase } from '../../src/act/identify-case.ts';
import { createFakeAlertStates } from '../support/fake-alert-states.ts';
import { createFakeAuditBook, type FakeAuditBook } from '../support/fake-audit-book.ts';
import { createFakeBuckets, createFakeNotes } from '../support/fake-lists.ts';
import { createFakeReportStore, type FakeReportStore } from '../support/fake-report-store.ts';
import { aReplicationRule, LINK } from '../support/replicas.ts';
import { createListings, createObjects, type FakePair } from './fake-pair.ts';

export const AUDIT: AuditConfig = {
  name: 'weekly',
  pair: LINK.pair,
  schedule: 'rate(7 days)',
  timezone: 'UTC',
  prefix: '',
  versions: true,
  content: { mode: 'never', share: 0.01 },
  budget: 10,
  ceiling: 10_000,
  concurrency: 4,
  graceMs: 3_600_000,
  keepMs: 400 * 86_400_000,
};

export const CONFIG: Config = {
  version: 1,
  pairs: [{ name: LINK.pair, source: LINK.source, destinations: [LINK.destination], ...LINK.policy }],
  mraps: [],
  verify: [],
  alerts: { severity: 'warning', subscriptions: [] },
  audits: [AUDIT],
};

/** What a run in AWS talks to, in memory; the state machine is played by the test. */
export interface FakeMachine {
  readonly world: RunWorld;
  readonly book: FakeAuditBook;
  readonly reports: FakeReportStore;
  readonly told: { readonly finding: Finding; readonly id: string; readonly state: string }[];
  readonly gone: CaseRef[];
  readonly healed: Finding[];
  /** Requests to the listings. */
  readonly listed: () => number;
  now: Date;
  plan(audit?: Partial<AuditConfig>, name?: string): Promise<PlanAnswer>;
  shard(shard: number, options?: ShardOptions): Promise<ShardAnswer>;
  report(round: number, audit?: Partial<AuditConfig>): Promise<ReportAnswer>;
}

export interface ShardOptions {
  readonly audit?: Partial<AuditConfig>;
  /** Has no time any more after so many requests. */
  readonly endsAfter?: number;
}

export const RUN = '20261102T000000Z-000001';

const never = new AbortController().signal;

export function createFakeMachine(
  pair: FakePair,
  open: readonly { readonly state: AlertState; readonly cases: readonly KnownCase[] }[] = [],
): FakeMachine {
  let requests = 0;
  let left = Infinity;
  let end = new AbortController();
  const breathe = (): void => {
    requests += 1;
    left -= 1;
    if (left < 0) end.abort();
    end.signal.throwIfAborted();
  };
  const start = new Date(Date.UTC(2026, 10, 2));
  const clock = { now: () => machine.now };
  const told: { finding: Finding; id: string; state: string }[] = [];
  const gone: CaseRef[] = [];
  const healed: Finding[] = [];
  const alerts: AlertSink = {
    async open(alert) {
      const { id } = identifyCase(alert);
      if (!told.some((each) => each.id === id)) told.push({ finding: alert.finding, id, state: alert.state });
    },
    resolve: async (ref) => void gone.push(ref),
    heal: async (proofs) => void healed.push(...proofs.filter(({ verdict }) => verdict === 'verified')),
  };
  const book = createFakeAuditBook(clock);
  const reports = createFakeReportStore();
  const settings = { state: 'present', value: { role: '', rules: [aReplicationRule()] } } as const;
  const states = createFakeAlertStates(open.map(({ state }) => state));
  const waited = (): boolean => machine.now > start;
  const world: RunWorld = {
    region: LINK.source.region,
    clock,
    book,
    reports,
    reportsBucket: 'reports',
    listings: createListings(pair, breathe),
    objects: createObjects(pair, { breathe, waited }),
    buckets: createFakeBuckets(new Map([[LINK.source.bucket, { replication: settings }]])),
    versions: { async *list() {} },
    alerts,
    states: {
      list: async (call) => states.list(call),
      async *cases(fingerprint) {
        yield* open.find(({ state }) => state.fingerprint === fingerprint)?.cases ?? [];
      },
    },
    notes: createFakeNotes(clock),
    baselines: { baseline: async () => undefined },
    async wait(ms) {
      machine.now = new Date(machine.now.getTime() + ms);
    },
  };
  const of = (audit: Partial<AuditConfig> = {}) => ({ audit: { ...AUDIT, ...audit }, run: RUN, config: CONFIG });
  const invocation = { world, call: { signal: never } };
  const machine: FakeMachine = {
    world,
    book,
    reports,
    told,
    gone,
    healed,
    listed: () => requests,
    now: start,
    plan: async (audit, run = RUN) => planRun({ ...of(audit), run, startedAt: machine.now }, invocation),
    async shard(shard, { audit, endsAfter = Infinity } = {}) {
      left = endsAfter;
      end = new AbortController();
      const work = { signal: end.signal, readableBytes: Infinity };
      try {
        return await runShard({ ...of(audit), shard, work }, invocation);
      } finally {
        left = Infinity;
        end = new AbortController();
      }
    },
    report: async (round, audit) => finishRun({ ...of(audit), round }, invocation),
  };
  return machine;
}
