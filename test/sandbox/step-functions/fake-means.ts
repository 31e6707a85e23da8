import { parseDefinition } from '../../../src/sandbox/step-functions/parse-definition.ts';
import type { Means, Run } from '../../../src/sandbox/step-functions/run.ts';
import { runStates } from '../../../src/sandbox/step-functions/run-states.ts';
import { StateFailure } from '../../../src/sandbox/step-functions/state-failure.ts';

export type FakeFunctions = Readonly<Record<string, (payload: unknown) => unknown>>;

export interface FakeMeans extends Means {
  /** Every wait, in milliseconds. */
  readonly waits: readonly number[];
  readonly objects: Map<string, string>;
  /** How many functions ran at once at most. */
  mostAtOnce(): number;
}

export const START = '2026-11-21T10:00:00.000Z';

/** The world of a machine without a cloud: time passes only in waits, and chance is a half. */
export function fakeMeans(functions: FakeFunctions = {}, mayStartChildren = true): FakeMeans {
  const waits: number[] = [];
  const objects = new Map<string, string>();
  let [now, ids, running, most] = [Date.parse(START), 0, 0, 0];
  return {
    waits,
    objects,
    mostAtOnce: () => most,
    now: () => now,
    random: () => 0.5,
    uuid: () => `id-${(ids += 1)}`,
    async sleep(ms) {
      waits.push(ms);
      now += ms;
    },
    reachable: async () => undefined,
    aside: (work) => work(),
    thread: (work) => work(),
    async invoke(name, payload) {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return functions[name]?.(payload);
    },
    expectChildren() {
      if (!mayStartChildren) throw new StateFailure('States.Permissions', 'it may not');
    },
    async read({ bucket, key }) {
      const text = objects.get(`${bucket}/${key}`);
      if (text === undefined) throw new StateFailure('States.ItemReaderFailed', `there is no ${key}`);
      return text;
    },
    async write({ bucket, key }, body) {
      objects.set(`${bucket}/${key}`, body);
    },
  };
}

const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:audit';

/** Runs states, the first of them first, to their end. */
export function play(states: object, input: unknown, means: Means = fakeMeans()): Promise<unknown> {
  const machine = parseDefinition({ StartAt: Object.keys(states)[0], States: states });
  const roleArn = 'arn:aws:iam::111122223333:role/audit';
  const run: Run = {
    machine: { name: 'audit', arn: ARN, region: 'eu-west-1', roleArn },
    means,
    context: {
      Execution: { Id: 'execution', Input: input, Name: 'one', RoleArn: roleArn, StartTime: START },
      StateMachine: { Id: ARN, Name: 'audit' },
    },
    signal: new AbortController().signal,
  };
  return runStates(machine, run, input);
}

/** The name of the error by which it ends, and why. */
export async function failureOf(playing: Promise<unknown>): Promise<string> {
  try {
    return `it succeeded with ${JSON.stringify(await playing)}`;
  } catch (error) {
    return error instanceof StateFailure
      ? `${error.error}: ${error.message}`
      : `no failure of a state: ${String(error)}`;
  }
}
