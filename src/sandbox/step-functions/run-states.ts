import type { ChoiceState, FailState, Machine, PassState, State, WaitState } from './definition.ts';
import { lookUp, type Sight, valueAt, withValueAt } from './path.ts';
import { fill } from './payload-template.ts';
import type { Run } from './run.ts';
import { runMap } from './run-map.ts';
import { runTask } from './run-task.ts';
import { runtimeFailure, StateFailure } from './state-failure.ts';
import { withAttempts } from './with-attempts.ts';

/** Bytes of UTF-8 that go from one state to the next at most. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_BYTES = 256 * 1024;

/** What a state leaves, and where it goes on; absent: nowhere. */
interface Step {
  readonly data: unknown;
  readonly next?: string;
}

/** Runs a machine to its end. Rejects with `StateFailure`. */
export async function runStates(machine: Machine, run: Run, input: unknown): Promise<unknown> {
  let step: Step = { data: input, next: machine.startAt };
  while (step.next !== undefined) {
    await run.means.reachable(run.signal);
    run.signal.throwIfAborted();
    const state = machine.states.get(step.next);
    if (state === undefined) throw runtimeFailure(`there is no state ${step.next}`);
    step = await runState(state, entering(run, step.next), step.data);
    expectSmall(step.data);
  }
  return step.data;
}

export function expectSmall(data: unknown): void {
  const size = Buffer.byteLength(JSON.stringify(data) ?? '');
  if (size > MOST_BYTES)
    throw new StateFailure(
      'States.DataLimitExceeded',
      `${size} bytes are more than the ${MOST_BYTES} that may be passed on`,
    );
}

function entering(run: Run, name: string): Run {
  const EnteredTime = new Date(run.means.now()).toISOString();
  return { ...run, context: { ...run.context, State: { EnteredTime, Name: name, RetryCount: 0 } } };
}

async function runState(state: State, run: Run, raw: unknown): Promise<Step> {
  if (state.kind === 'Fail') throw failureOf(state, { data: raw, context: run.context });
  const sight: Sight = { data: filtered(state.inputPath, { data: raw, context: run.context }), context: run.context };
  const leave = (data: unknown, next?: string): Step => ({
    data: filtered(state.outputPath, { data, context: run.context }),
    ...(next === undefined ? {} : { next }),
  });
  switch (state.kind) {
    case 'Succeed':
      return leave(sight.data);
    case 'Choice':
      return leave(sight.data, choose(state, sight));
    case 'Wait':
      await run.means.sleep(Math.round(1000 * secondsOf(state, sight)), run.signal);
      return leave(sight.data, state.next);
    case 'Pass':
      return leave(place(state.resultPath, raw, resultOf(state, sight)), state.next);
    case 'Task':
    case 'Map': {
      const once = state.kind === 'Task' ? runTask(state, sight) : runMap(state, sight, runStates);
      const ended = await withAttempts(state, run, async (attempt) => {
        const result = await once(attempt);
        const selected =
          state.resultSelector === undefined ? result : fill(state.resultSelector, { ...sight, data: result });
        expectSmall(selected);
        return selected;
      });
      if ('caught' in ended) return { data: place(ended.by.resultPath, raw, ended.caught), next: ended.by.next };
      return leave(place(state.resultPath, raw, ended.result), state.next);
    }
    default:
      return state satisfies never;
  }
}

function filtered(path: string | null, sight: Sight): unknown {
  return path === null ? {} : valueAt(path, sight);
}

function place(path: string | null, raw: unknown, result: unknown): unknown {
  return path === null ? raw : withValueAt(path, raw, result);
}

function choose({ choices, default: otherwise }: ChoiceState, sight: Sight): string {
  const next = choices.find(({ rule }) => rule(sight))?.next ?? otherwise;
  if (next !== undefined) return next;
  throw new StateFailure('States.NoChoiceMatched', `no choice fits ${JSON.stringify(sight.data)}`);
}

function secondsOf({ seconds }: WaitState, sight: Sight): number {
  const value = typeof seconds === 'number' ? seconds : valueAt(seconds, sight);
  if (typeof value === 'number' && value >= 0) return value;
  throw runtimeFailure(`${JSON.stringify(value)} is no time to wait`);
}

function resultOf(state: PassState, sight: Sight): unknown {
  if ('result' in state) return state.result;
  return state.parameters === undefined ? sight.data : fill(state.parameters, sight);
}

function failureOf({ error, cause }: FailState, sight: Sight): StateFailure {
  const [name = '', why = ''] = [error, cause].map((text) => {
    const value = text.startsWith('$') ? lookUp(text, sight) : text;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
  return new StateFailure(name, why);
}
