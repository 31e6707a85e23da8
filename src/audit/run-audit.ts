import type { Call } from '../ports.ts';
import { AuditStopped } from './audit-control.ts';
import { auditShard, type ShardMeans } from './audit-shard.ts';
import { canonical } from './canonical.ts';
import type { AuditedLink } from './look-at-version.ts';
import { merkleRoot } from './merkle.ts';
import type { ShardOutcome } from './shard-tally.ts';
import type { StopReason } from '../model/audit-run.ts';
import type { AuditPlan, AuditSummary, Shard, ShardRecord, Volume } from '../model/audit-records.ts';
import type { SpentKind } from './spend.ts';

export interface AuditRun {
  readonly plan: AuditPlan;
  /** By `linkId`. */
  readonly links: ReadonlyMap<string, AuditedLink>;
  /** Of an earlier run of the same plan, by shard. */
  readonly done: ReadonlyMap<number, ShardOutcome>;
  /** Shards at once. */
  readonly ranges: number;
}

export interface RunMeans extends ShardMeans {
  /** The keys of a shard have been walked; what differs there may wait to be seen again. */
  readonly onWalked?: () => void;
  /** Keeps a finished shard, so that a run that goes on need not repeat it. */
  readonly onShard: (outcome: ShardOutcome) => Promise<void>;
  readonly spent: () => { readonly requests: Readonly<Record<SpentKind, number>>; readonly dollars: number };
}

/** What a run has come to. */
export interface AuditResult {
  readonly summary: AuditSummary;
  /** What ended it too early, where that is no decision of ours. */
  readonly error?: unknown;
}

/**
 * Audits what is left of a plan, so many shards at once. Never rejects: what was finished when something went wrong is finished,
 * and the rest is left to the next run.
 */
export async function runAudit(
  run: AuditRun,
  { means, call }: { readonly means: RunMeans; readonly call: Call },
): Promise<AuditResult> {
  const { plan, done, links, ranges } = run;
  const totals = createTotals();
  const leaves = new Map<number, string>();
  const failures: unknown[] = [];
  const confirming: Promise<void>[] = [];

  function keep({ record, findings }: ShardOutcome): void {
    leaves.set(record.shard, canonical(record));
    totals.add(record, findings);
  }

  async function finish(outcome: Promise<ShardOutcome>): Promise<void> {
    try {
      const finished = await outcome;
      await means.onShard(finished);
      keep(finished);
    } catch (error) {
      failures.push(error);
    }
  }

  async function work(waiting: Iterator<Shard>): Promise<void> {
    for (let next = waiting.next(); next.done !== true && failures.length === 0; next = waiting.next()) {
      const audited = links.get(next.value.link);
      try {
        if (audited === undefined) throw new TypeError(`expected a link ${next.value.link}`);
        const { outcome } = await auditShard(next.value, { question: plan.question, audited }, { means, call });
        means.onWalked?.();
        confirming.push(finish(outcome));
      } catch (error) {
        failures.push(error);
      }
    }
  }

  for (const outcome of done.values()) keep(outcome);
  const left = plan.shards.filter(({ shard }) => !done.has(shard))[Symbol.iterator]();
  await Promise.all(Array.from({ length: ranges }, async () => work(left)));
  await Promise.all(confirming);
  const complete = leaves.size === plan.shards.length;
  const ordered = plan.shards.flatMap(({ shard }) => leaves.get(shard) ?? []);
  const root = complete ? await merkleRoot(ordered) : undefined;
  const stopped = complete ? undefined : reasonOf(failures);
  const summary: AuditSummary = {
    kind: 'summary',
    complete,
    ...(stopped === undefined ? {} : { stopped }),
    ...(root === undefined ? {} : { root }),
    shards: { done: leaves.size, all: plan.shards.length },
    ...totals.sums(),
    ...means.spent(),
    endedAt: means.world.clock.now().toISOString(),
  };
  const error = stopped === 'error' ? failures.find((failure) => !(failure instanceof AuditStopped)) : undefined;
  return { summary, ...(error === undefined ? {} : { error }) };
}

/** Whoever has stopped it explains what broke off with it. */
function reasonOf(failures: readonly unknown[]): StopReason {
  const stops = failures.flatMap((failure) => (failure instanceof AuditStopped ? [failure.reason] : []));
  return (
    stops.find((reason) => reason === 'given-up') ??
    (stops.length === failures.length ? stops[0] : undefined) ??
    'error'
  );
}

type Sums = Pick<
  AuditSummary,
  'source' | 'replica' | 'alike' | 'proved' | 'waiting' | 'expected' | 'read' | 'findings' | 'verdicts'
>;

/** Adds up shards; nothing in it grows with the number of versions. */
export function createTotals(): { add(record: ShardRecord, findings: ShardOutcome['findings']): void; sums(): Sums } {
  const source = { versions: 0, bytes: 0 };
  const replica = { versions: 0, bytes: 0 };
  const read = { versions: 0, bytes: 0 };
  const counts = { alike: 0, proved: 0, waiting: 0 };
  const expected = new Map<string, number>();
  const codes = new Map<string, number>();
  const verdicts = { verified: 0, violated: 0, unverifiable: 0 };
  return {
    add(record, findings) {
      addVolume(source, record.source);
      addVolume(replica, record.replica);
      addVolume(read, record.read);
      for (const name of ['alike', 'proved', 'waiting'] as const) counts[name] += record[name];
      for (const [reason, count] of Object.entries(record.expected)) addTo(expected, reason, count);
      for (const { code, verdict } of findings) {
        addTo(codes, code, 1);
        verdicts[verdict] += 1;
      }
    },
    sums: () => ({
      source: { ...source },
      replica: { ...replica },
      ...counts,
      expected: inOrder(expected),
      read: { ...read },
      findings: inOrder(codes),
      verdicts: { ...verdicts },
    }),
  };
}

function addVolume(sum: { versions: number; bytes: number }, { versions, bytes }: Volume): void {
  sum.versions += versions;
  sum.bytes += bytes;
}

function addTo(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function inOrder(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
