import type { Catcher, Retrier, TaskState } from './definition.ts';
import type { Run } from './run.ts';
import { isMeant, StateFailure } from './state-failure.ts';

type Ended =
  | { readonly result: unknown }
  | { readonly caught: { readonly Error: string; readonly Cause: string }; readonly by: Catcher };

/** Tries a state as often as its `Retry` says, and hands to its `Catch` what fails in the end. Rejects with what nobody catches. */
export async function withAttempts(
  state: Pick<TaskState, 'retry' | 'catch'>,
  run: Run,
  once: (run: Run) => Promise<unknown>,
): Promise<Ended> {
  const taken = new Map<Retrier, number>();
  for (let count = 0; ; count += 1) {
    try {
      return { result: await once(counted(run, count)) };
    } catch (error) {
      // What ends the execution from outside is nobody's to catch, and neither is our own mistake.
      if (!(error instanceof StateFailure) || run.signal.aborted) throw error;
      const retrier = state.retry.find(({ errors }) => isMeant(errors, error));
      const before = retrier === undefined ? 0 : (taken.get(retrier) ?? 0);
      if (retrier === undefined || before >= retrier.maxAttempts) {
        const by = state.catch.find(({ errors }) => isMeant(errors, error));
        if (by === undefined) throw error;
        return { caught: { Error: error.error, Cause: error.message }, by };
      }
      taken.set(retrier, before + 1);
      // The clock of the sandbox goes by whole milliseconds, as what is written at its times does.
      await run.means.sleep(Math.round(1000 * delayS(retrier, before, run)), run.signal);
    }
  }
}

function delayS(retrier: Retrier, before: number, { means }: Run): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds, isJittered } = retrier;
  const delay = Math.min(intervalSeconds * backoffRate ** before, maxDelaySeconds);
  return isJittered ? delay * means.random() : delay;
}

function counted(run: Run, RetryCount: number): Run {
  const { State } = run.context;
  return State === undefined ? run : { ...run, context: { ...run.context, State: { ...State, RetryCount } } };
}
