import type { StateFailure } from './state-failure.ts';

/** A state machine of a deployed stack. */
export interface StateMachine {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly roleArn: string;
}

/** What `$$` finds. Names as AWS writes them. */
export interface Context {
  readonly Execution: {
    readonly Id: string;
    readonly Input: unknown;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  readonly State?: { readonly EnteredTime: string; readonly Name: string; readonly RetryCount: number };
  readonly Map?: { readonly Item: { readonly Index: number; readonly Value: unknown } };
}

/** Where an object is. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** What states do outside of their data, under the role of their machine. All reject with `StateFailure`. */
export interface Means {
  /** Epoch milliseconds of the sandbox. */
  now(): number;
  /** Uniform in [0, 1), seeded. */
  random(): number;
  uuid(): string;
  /** In sandbox time. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves when the Region can do anything. */
  reachable(signal: AbortSignal): Promise<void>;
  /** Runs what waits for other executions, and is no work of its own meanwhile. */
  aside<T>(work: () => Promise<T>): Promise<T>;
  /** Runs what is a thread of its own, while whoever began it stands aside. */
  thread<T>(work: () => Promise<T>): Promise<T>;
  invoke(functionName: string, payload: unknown): Promise<unknown>;
  /** That the role may run executions of its own machine. */
  expectChildren(): void;
  read(place: ObjectPlace): Promise<string>;
  write(place: ObjectPlace, body: string): Promise<void>;
}

/** One thread of states: an execution, or a child of one. */
export interface Run {
  readonly machine: StateMachine;
  readonly means: Means;
  readonly context: Context;
  /** Aborted with the `StateFailure` by which the execution ends. */
  readonly signal: AbortSignal;
}

/** How an execution ended. */
export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; readonly failure: StateFailure };
