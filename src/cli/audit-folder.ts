import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ShardOutcome } from '../audit/shard-tally.ts';
import { canonical } from '../audit/canonical.ts';
import type { AuditPlan, AuditQuestion, AuditSummary } from '../model/audit-records.ts';
import type { SpentKind } from '../audit/spend.ts';
import { HoldfastError } from '../errors.ts';
import type { Io } from './io.ts';
import { PAGE, PLAN, REPORT, SUMMARY, writeReport } from './audit-report.ts';
import type { Shelf } from './audit-shelf.ts';

const PROGRESS = 'progress.ndjson';

/** What earlier runs used. */
export interface Spent {
  readonly requests: Readonly<Record<SpentKind, number>>;
  readonly dollars: number;
}

/** A finished shard, and what the run that finished it had used by then. */
interface Progress extends ShardOutcome {
  readonly run: string;
  readonly spent: Spent;
}

/** Where a run keeps what it has finished, so that it can be killed at any time. */
export interface AuditFolder {
  /** The plan of an earlier run of the same question; absent: there was none. */
  readonly plan?: AuditPlan;
  readonly done: ReadonlyMap<number, ShardOutcome>;
  /** Of all earlier runs together. */
  readonly spent: Spent;
  begin(plan: AuditPlan): Promise<void>;
  keep(outcome: ShardOutcome, spent: Spent): Promise<void>;
  /** Writes the report, and puts it on the shelf where it is complete. Answers the places of its files. */
  finish(plan: AuditPlan, summary: AuditSummary, shelf?: Shelf): Promise<readonly string[]>;
}

const NOTHING: Spent = { requests: { list: 0, look: 0, read: 0, kms: 0 }, dollars: 0 };

/** Throws `invalid-config` where the folder holds a finished audit, or one of another question. */
export async function openAuditFolder(
  path: string,
  question: AuditQuestion,
  io: Pick<Io, 'cwd'>,
): Promise<AuditFolder> {
  const folder = resolve(io.cwd, path);
  const file = (name: string): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  const plan = parsePlan(await readOrNone(file(PLAN)), file(PLAN));
  if (plan !== undefined) await refuse(plan, question, { path, finished: await readOrNone(file(SUMMARY)) });
  const progress = parseProgress(plan === undefined ? '' : ((await readOrNone(file(PROGRESS))) ?? ''));
  const run = String(new Set(progress.map((each) => each.run)).size + 1);
  return {
    ...(plan === undefined ? {} : { plan }),
    done: new Map(progress.map(({ record, findings }) => [record.shard, { record, findings }])),
    spent: sumOf(progress),
    async begin(fresh) {
      await writeFile(file(PROGRESS), '');
      await writeFile(file(PLAN), `${JSON.stringify(fresh, null, 2)}\n`);
    },
    async keep(outcome, spent) {
      const line: Progress = { ...outcome, run, spent };
      await appendFile(file(PROGRESS), `${JSON.stringify(line)}\n`);
    },
    async finish(finished, summary, shelf) {
      const outcomes = parseProgress((await readOrNone(file(PROGRESS))) ?? '');
      await writeReport(folder, { plan: finished, outcomes, summary }, shelf?.report ?? join(path, REPORT));
      const stored = summary.complete ? await shelf?.put(folder, summary) : undefined;
      // What is not complete goes on, and so does what could not be stored: only a complete audit is finished.
      const summaryFile = summary.complete ? SUMMARY : 'summary-so-far.json';
      await writeFile(file(summaryFile), `${JSON.stringify(summary, null, 2)}\n`);
      return [...[REPORT, PAGE, summaryFile].map((name) => join(path, name)), ...(stored ?? [])];
    },
  };
}

async function refuse(
  plan: AuditPlan,
  question: AuditQuestion,
  { path, finished }: { readonly path: string; readonly finished: string | undefined },
): Promise<void> {
  if (finished !== undefined) throw wrong(`${path} holds a finished audit: name another folder`);
  const [kept, asked] = [comparable(plan.question), comparable(question)];
  if (kept !== asked) throw wrong(`${path} holds an audit that asks ${kept}, not ${asked}`);
}

/** Whose turn it is, and how long replicas take, was found out when the audit began, and stays so. */
export function comparable({ gapMs: ___, ...question }: AuditQuestion): string {
  const { seed: _, turn: __, ...content }: Partial<Record<string, unknown>> = { ...question.content };
  return canonical({ ...question, content });
}

function wrong(problem: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', problem);
}

/** `undefined`: there is no such file. */
export async function readOrNone(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parsePlan(text: string | undefined, path: string): AuditPlan | undefined {
  if (text === undefined) return undefined;
  const plan: unknown = parseJson(text);
  if (!isPlan(plan)) throw wrong(`expected the plan of an audit in ${path}`);
  return plan;
}

function isPlan(value: unknown): value is AuditPlan {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'audit' && 'shards' in value;
}

/** A line that breaks off is that of a run which was killed while it wrote: its shard is not done. */
function parseProgress(text: string): readonly Progress[] {
  return text.split('\n').flatMap((line) => {
    const value: unknown = parseJson(line);
    return isProgress(value) ? [value] : [];
  });
}

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'record' in value && 'findings' in value && 'spent' in value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // see `parseProgress`
  }
}

/** The last word of each run. */
function sumOf(progress: readonly Progress[]): Spent {
  const last = new Map(progress.map(({ run, spent }) => [run, spent]));
  return [...last.values()].reduce(addSpent, NOTHING);
}

export function addSpent(a: Spent, b: Spent): Spent {
  const { list, look, read, kms } = b.requests;
  return {
    requests: {
      list: a.requests.list + list,
      look: a.requests.look + look,
      read: a.requests.read + read,
      kms: a.requests.kms + kms,
    },
    dollars: a.dollars + b.dollars,
  };
}
