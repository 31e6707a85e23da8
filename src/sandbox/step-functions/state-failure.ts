/** What goes wrong in a state, by the name under which `Retry` and `Catch` know it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  /** E.g. `States.TaskFailed`, or the name of the error that a function threw. */
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

/** A definition and its data do not fit together: no `Retry` and no `Catch` of all errors helps. */
export function runtimeFailure(cause: string): StateFailure {
  return new StateFailure('States.Runtime', cause);
}

/** Errors that `States.ALL` does not mean. @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const BEYOND_ALL: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** Errors that are not one of the task itself. */
const NOT_OF_TASK: ReadonlySet<string> = new Set([...BEYOND_ALL, 'States.Timeout']);

/** Whether `ErrorEquals` means this failure. */
export function isMeant(names: readonly string[], { error }: StateFailure): boolean {
  if (names.includes(error)) return true;
  if (names.includes('States.ALL')) return !BEYOND_ALL.has(error);
  return names.includes('States.TaskFailed') && !NOT_OF_TASK.has(error);
}
