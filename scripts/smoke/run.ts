import { cleanUp } from './clean-up.ts';
import { createStage, type StagePlan } from './create-stage.ts';
import { leftOver } from './left-over.ts';
import type { Question } from './question.ts';
import { QUESTIONS } from './questions/index.ts';
import { type Outcome, type QuestionReport, type SmokeReport, withoutIdentity } from './report.ts';
import type { Stage } from './stage.ts';
import type { RunTime } from './time.ts';

export interface Run extends StagePlan {
  /** `AWS`, or the host that is asked instead. */
  readonly endpoint: string;
  /** Time that goes on after an interruption. */
  readonly patientTime: RunTime;
  /** Whether the run was interrupted: then nothing more is asked. */
  isInterrupted(): boolean;
  tell(line: string): void;
}

/** Creates the stage, asks, and removes everything again, whatever happened. Never rejects: what went wrong is in the report. */
export async function runSmokeTest(run: Run): Promise<SmokeReport> {
  const startedAt = run.time.now().toISOString();
  const questions = await askAll(run);
  const left = await removeAll(run);
  const { source, destination } = run;
  const report: SmokeReport = {
    schema: 'holdfast.smoke.v1',
    run: run.run,
    startedAt,
    endedAt: run.patientTime.now().toISOString(),
    endpoint: run.endpoint,
    regions: { source, destination },
    questions,
    left,
  };
  return withoutIdentity(report, run.account);
}

/** Removes what there is of the run and looks whether it is gone. */
export async function removeAll(
  run: Pick<Run, 'run' | 'source' | 'destination' | 'clients' | 'patientTime' | 'tell'>,
): Promise<readonly string[]> {
  run.tell('cleaning up');
  const plan = { ...run, time: run.patientTime };
  const problems = await cleanUp(plan);
  const left = await leftOver(plan);
  for (const line of problems) run.tell(`could not be removed: ${line}`);
  return left;
}

async function askAll(run: Run): Promise<readonly QuestionReport[]> {
  run.tell('creating buckets, queues and replication');
  let stage: Stage | string;
  try {
    stage = await createStage(run);
  } catch (error) {
    stage = `the buckets and queues to ask with could not be created: ${describe(error)}`;
    run.tell(stage);
  }
  const reports: QuestionReport[] = [];
  for (const { id, question, how, ...rest } of QUESTIONS) {
    const outcome = await resolve({ id, question, how, ...rest }, { run, stage });
    run.tell(`${id}: ${outcome.state === 'answered' ? outcome.answer : `${outcome.state}, ${outcome.reason}`}`);
    reports.push({ id, question, how, ...outcome });
  }
  return reports;
}

async function resolve(
  { ask, unasked, needsKeys }: Question,
  { run, stage }: { readonly run: Run; readonly stage: Stage | string },
): Promise<Outcome> {
  if (ask === undefined) return { state: 'not-asked', reason: unasked ?? 'nobody knows how' };
  if (needsKeys === true && !run.withKms) return { state: 'not-asked', reason: 'it needs --with-kms' };
  if (run.isInterrupted()) return { state: 'failed', reason: 'the run was interrupted' };
  if (typeof stage === 'string') return { state: 'failed', reason: stage };
  try {
    return await ask(stage);
  } catch (error) {
    return { state: 'failed', reason: describe(error) };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** 1: something is left in the account. 2: what was asked has no answer. */
export function exitCodeOf({ left, questions }: Pick<SmokeReport, 'left' | 'questions'>): 0 | 1 | 2 {
  if (left.length > 0) return 1;
  return questions.some(({ state }) => state === 'failed' || state === 'unclear') ? 2 : 0;
}
