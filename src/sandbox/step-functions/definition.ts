import type { ChoiceRule } from './choice-rule.ts';

/** A machine, or what a `Map` does with each item. */
export interface Machine {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  /** Of the whole execution, in seconds of the sandbox; absent: none. */
  readonly timeoutSeconds?: number;
}

export type State = TaskState | MapState | ChoiceState | WaitState | PassState | SucceedState | FailState;

/** `null`: nothing, an empty object. */
interface Filters {
  readonly inputPath: string | null;
  readonly outputPath: string | null;
}

/** Absent: the machine ends here. */
interface Flow {
  readonly next?: string;
}

interface Results {
  readonly resultSelector?: unknown;
  /** `null`: what the state makes is thrown away. */
  readonly resultPath: string | null;
}

interface Attempts {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  /** Anything up to the delay, instead of the delay. */
  readonly isJittered: boolean;
}

export interface Catcher extends Required<Flow> {
  readonly errors: readonly string[];
  readonly resultPath: string | null;
}

/** Invokes a function and waits for its answer. */
export interface TaskState extends Filters, Flow, Results, Attempts {
  readonly kind: 'Task';
  readonly parameters: unknown;
}

export interface MapState extends Filters, Flow, Results, Attempts {
  readonly kind: 'Map';
  /** `DISTRIBUTED`: each item in an execution of its own. */
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  readonly processor: Machine;
  readonly items: { readonly path: string } | { readonly reader: unknown };
  readonly itemSelector?: unknown;
  /** A number, or the path to one; 0: no bound. */
  readonly maxConcurrency: number | string;
  readonly toleratedFailurePercentage: number;
  /** Template of where results are written, as `Bucket` and `Prefix`. */
  readonly resultWriter?: unknown;
  readonly label: string;
}

export interface ChoiceState extends Filters {
  readonly kind: 'Choice';
  readonly choices: readonly { readonly rule: ChoiceRule; readonly next: string }[];
  readonly default?: string;
}

export interface WaitState extends Filters, Flow {
  readonly kind: 'Wait';
  /** A number, or the path to one. */
  readonly seconds: number | string;
}

export interface PassState extends Filters, Flow {
  readonly kind: 'Pass';
  readonly result?: unknown;
  readonly parameters?: unknown;
  readonly resultPath: string | null;
}

export interface SucceedState extends Filters {
  readonly kind: 'Succeed';
}

export interface FailState {
  readonly kind: 'Fail';
  /** Texts, or paths to them. */
  readonly error: string;
  readonly cause: string;
}
