import { asRecord } from '../record.ts';
import type { Machine, MapState } from './definition.ts';
import { type Sight, valueAt } from './path.ts';
import { fill } from './payload-template.ts';
import { childExecution, type Child, writeResults } from './map-results.ts';
import type { Context, Run } from './run.ts';
import { runtimeFailure, StateFailure } from './state-failure.ts';

type RunStates = (machine: Machine, run: Run, input: unknown) => Promise<unknown>;

/** As AWS: so many at once where nothing else is said. */
const MOST_AT_ONCE = 10_000;

/** Runs the states within for every item. */
export function runMap(state: MapState, sight: Sight, runStates: RunStates): (run: Run) => Promise<unknown> {
  return async (run) => {
    const items = await itemsOf(state, sight, run);
    const inputs = items.map((Value, Index) => {
      const context = { ...run.context, Map: { Item: { Index, Value } } };
      return {
        context,
        input: state.itemSelector === undefined ? Value : fill(state.itemSelector, { ...sight, context }),
      };
    });
    const atOnce = concurrencyOf(state, sight);
    return run.means.aside(() =>
      state.mode === 'INLINE'
        ? forEach(inputs, atOnce, ({ input, context }) =>
            run.means.thread(() => runStates(state.processor, { ...run, context }, input)),
          )
        : distribute(state, { sight, run, inputs, atOnce, runStates }),
    );
  };
}

interface Distribution {
  readonly sight: Sight;
  readonly run: Run;
  readonly inputs: readonly { readonly context: Context; readonly input: unknown }[];
  readonly atOnce: number;
  readonly runStates: RunStates;
}

/** Each item in an execution of its own, whose failure counts and stops nobody. */
async function distribute(state: MapState, { sight, run, inputs, atOnce, runStates }: Distribution): Promise<unknown> {
  const { means, machine } = run;
  means.expectChildren();
  const mapRunArn = `${machine.arn.replace(':stateMachine:', ':mapRun:')}/${state.label}:${means.uuid()}`;
  const children = await forEach(inputs, atOnce, ({ input }) => runChild(input));
  const failed = children.filter(({ status }) => status === 'FAILED').length;
  const written =
    state.resultWriter === undefined
      ? undefined
      : await writeResults(means, {
          mapRunArn,
          children,
          to: asRecord(fill(state.resultWriter, sight), 'ResultWriter'),
        });
  if (failed * 100 > state.toleratedFailurePercentage * children.length)
    throw new StateFailure('States.ExceedToleratedFailureThreshold', `${failed} of ${children.length} items failed`);
  return written ?? children.map(({ output }) => output ?? null);

  async function runChild(input: unknown): Promise<Child> {
    const child = childExecution(run, state.label, input);
    try {
      const output = await means.thread(() => runStates(state.processor, child.run, input));
      return { ...child, status: 'SUCCEEDED', output, stoppedAtMs: means.now() };
    } catch (failure) {
      if (!(failure instanceof StateFailure) || run.signal.aborted) throw failure;
      return { ...child, status: 'FAILED', failure, stoppedAtMs: means.now() };
    }
  }
}

async function itemsOf({ items }: MapState, sight: Sight, { means }: Run): Promise<readonly unknown[]> {
  if ('path' in items) return listOf(valueAt(items.path, sight), runtimeFailure);
  const { Bucket, Key } = asRecord(fill(items.reader, sight), 'ItemReader');
  const text = await means.read({ bucket: String(Bucket), key: String(Key) });
  try {
    return listOf(JSON.parse(text), unreadable);
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(`${String(Key)} is no JSON`) : error;
  }
}

function unreadable(cause: string): StateFailure {
  return new StateFailure('States.ItemReaderFailed', cause);
}

function listOf(value: unknown, refuse: (cause: string) => StateFailure): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw refuse('the items of a map are no list');
}

function concurrencyOf({ maxConcurrency }: MapState, sight: Sight): number {
  const value = typeof maxConcurrency === 'number' ? maxConcurrency : valueAt(maxConcurrency, sight);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value === 0 ? MOST_AT_ONCE : value;
  throw runtimeFailure(`${JSON.stringify(value)} is no number of items at once`);
}

/** Results in the order of the items; rejects with the first failure, after which nothing new begins. */
async function forEach<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const waiting = items.entries();
  const stopped = new AbortController();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (stopped.signal.aborted) return;
      results.set(index, await work(item));
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  } finally {
    stopped.abort();
  }
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
