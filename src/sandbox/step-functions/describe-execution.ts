import type { Execution } from './execution.ts';

/** An execution as lists show it. */
export interface Summary {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  /** Epoch seconds. */
  readonly startDate: number;
  readonly stopDate?: number;
}

export function summaryOf(execution: Execution): Summary {
  const { arn: executionArn, name, startedAtMs, machine } = execution;
  const ending = execution.ending();
  return {
    executionArn,
    stateMachineArn: machine.arn,
    name,
    status: ending?.status ?? 'RUNNING',
    startDate: startedAtMs / 1000,
    ...(ending === undefined ? {} : { stopDate: ending.stoppedAtMs / 1000 }),
  };
}

/** With its input and what came of it, as JSON. */
export function describeExecution(execution: Execution): Summary {
  return { ...summaryOf(execution), ...contents(execution) };
}

function contents(execution: Execution): object {
  const { input } = execution;
  const ending = execution.ending();
  if (ending === undefined) return { input };
  if (ending.status === 'SUCCEEDED') return { input, output: JSON.stringify(ending.output) };
  return { input, error: ending.failure.error, cause: ending.failure.message };
}
