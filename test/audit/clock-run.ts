import type { ReportAnswer } from '../../src/audit/finish-run.ts';
import type { AuditPlan, AuditSummary } from '../../src/model/audit-records.ts';
import { type RunFiles, runFiles } from '../../src/audit/run-files.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';
import { compareKeys } from '../../src/model/version-order.ts';
import { AUDIT, type FakeMachine, RUN } from './fake-machine.ts';
import type { FakePair } from './fake-pair.ts';

export const KEYS: readonly string[] = Array.from(
  { length: 60 },
  (_, index) => `logs/${String(index).padStart(2, '0')} é+%😀`,
);
export const MISSING: string = KEYS[7] ?? '';
export const FILES: RunFiles = runFiles(AUDIT.name, RUN);

function entry(key: string): ListedEntry {
  const content = { sizeBytes: 5, etag: '5d41402abc4b2a76b9719d911017c592', storageClass: 'STANDARD' };
  return { key, versionId: '1', isLatest: true, lastModifiedAt: new Date(0), ...content };
}

export function pairWithout(...missing: readonly string[]): FakePair {
  const sources = KEYS.toSorted(compareKeys).map((key) => entry(key));
  return { sources, replicas: sources.filter(({ key }) => !missing.includes(key)), cuts: [] };
}

/** Plays the state machine to its end. */
export async function runMachine(machine: FakeMachine): Promise<ReportAnswer> {
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
export function largest({ shards }: AuditPlan): AuditPlan['shards'][number] {
  const sizeOf = ({ after = '', upTo = '\u{10FFFF}' }: AuditPlan['shards'][number]): number =>
    KEYS.filter((key) => compareKeys(after, key) < 0 && compareKeys(key, upTo) <= 0).length;
  const [first] = shards.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (first === undefined) throw new Error('expected shards');
  return first;
}

export function linesOf({ reports }: FakeMachine): AsyncIterable<string> {
  return reports.lines(FILES.report, { signal: new AbortController().signal });
}

export function planOf({ reports }: FakeMachine): AuditPlan {
  return JSON.parse(reports.files.get(FILES.plan) ?? '') as AuditPlan;
}

export function summaryOf({ reports }: FakeMachine): AuditSummary {
  return JSON.parse(reports.files.get(FILES.summary) ?? '') as AuditSummary;
}

/** What people were told, in its order. */
export function codes({ told }: FakeMachine): readonly string[] {
  return told.map(({ finding: { verdict, code } }) => `${verdict} ${code}`);
}
