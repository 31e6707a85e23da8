import { canonical } from './canonical.ts';
import type { AuditQuestion } from '../model/audit-records.ts';
import { runFiles } from './run-files.ts';
import type { Invocation, RunOf } from './run-world.ts';
import type { Cut } from './shard-cuts.ts';

/** What a complete run leaves for the next one. */
export interface Earlier {
  readonly question: AuditQuestion;
  /** In the order of the keys of each link. */
  readonly cuts: readonly Cut[];
  /** That were listed, on both sides together. */
  readonly versions: number;
  readonly dollars: number;
}

/** Runs that are looked at: where so many were not complete, a quote is cheap enough. */
const MOST_RUNS = 10;

/** What the newest complete run of the same question has left; `undefined`: there is none, or its files are gone. */
export async function findEarlier(
  { audit, run }: Pick<RunOf, 'audit' | 'run'>,
  question: AuditQuestion,
  { world, call }: Invocation,
): Promise<Earlier | undefined> {
  const runs = await world.book.runs(audit.name, { ...call, atMost: MOST_RUNS });
  const complete = runs.find((each) => each.run !== run && each.phase === 'finished' && each.root !== undefined);
  if (complete === undefined) return undefined;
  const text = await world.reports.get(runFiles(audit.name, complete.run).cuts, call);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this file
  const earlier = text === undefined ? undefined : (JSON.parse(text) as Earlier);
  return earlier !== undefined && comparable(earlier.question) === comparable(question) ? earlier : undefined;
}

/** Whose turn it is to be read changes neither the keys nor the price. */
function comparable(question: AuditQuestion): string {
  const { seed: _, turn: __, ...content }: Partial<Record<string, unknown>> = { ...question.content };
  return canonical({ ...question, content });
}
