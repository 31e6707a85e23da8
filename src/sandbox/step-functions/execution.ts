import type { SandboxClock } from '../service.ts';
import type { Machine } from './definition.ts';
import type { Context, Ending, Means, StateMachine } from './run.ts';
import { runStates } from './run-states.ts';
import { StateFailure } from './state-failure.ts';

export interface ExecutionPlan {
  /** One of its own where it is left out. */
  readonly name?: string;
  /** JSON. */
  readonly input: string;
}

/** One execution of a machine; children of a map are not among them. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  /** JSON, word for word. */
  readonly input: string;
  readonly startedAtMs: number;
  /** Absent: it runs. */
  ending(): (Ending & { readonly stoppedAtMs: number }) | undefined;
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<void>;
  stop(): void;
}

interface Surroundings {
  readonly machine: StateMachine & { readonly definition: Machine };
  readonly means: Means;
  readonly clock: SandboxClock;
}

export function startExecution(
  { machine, means, clock }: Surroundings,
  { name = means.uuid(), input }: ExecutionPlan,
): Execution {
  const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
  const startedAtMs = means.now();
  const parsed: unknown = JSON.parse(input);
  const StartTime = new Date(startedAtMs).toISOString();
  const context: Context = {
    Execution: { Id: arn, Input: parsed, Name: name, RoleArn: machine.roleArn, StartTime },
    StateMachine: { Id: machine.arn, Name: machine.name },
  };
  const end = new AbortController();
  const { definition } = machine;
  const limit =
    definition.timeoutSeconds === undefined
      ? undefined
      : clock.schedule(1000 * definition.timeoutSeconds, () =>
          end.abort(new StateFailure('States.Timeout', `${definition.timeoutSeconds} seconds are over`)),
        );
  let ending: (Ending & { readonly stoppedAtMs: number }) | undefined;

  async function run(): Promise<void> {
    try {
      const own = { machine, means, context, signal: end.signal };
      const output = await means.thread(() => runStates(definition, own, parsed));
      ending = { status: 'SUCCEEDED', output, stoppedAtMs: means.now() };
    } catch (error) {
      const failure = error instanceof StateFailure ? error : new StateFailure('States.Runtime', String(error));
      const status = !end.signal.aborted ? 'FAILED' : failure.error === 'States.Timeout' ? 'TIMED_OUT' : 'ABORTED';
      ending = { status, failure, stoppedAtMs: means.now() };
    } finally {
      limit?.cancel();
    }
  }

  return {
    arn,
    name,
    machine,
    input,
    startedAtMs,
    ending: () => ending,
    ended: run(),
    stop: () => end.abort(new StateFailure('Aborted', 'it was stopped')),
  };
}
