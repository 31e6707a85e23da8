import { asRecord } from '../record.ts';
import type { TaskState } from './definition.ts';
import type { Sight } from './path.ts';
import { fill } from './payload-template.ts';
import type { Run } from './run.ts';

/** Invokes the function of a task; the result is as Step Functions hands on Lambda's answer. */
export function runTask({ parameters }: TaskState, sight: Sight): (run: Run) => Promise<unknown> {
  return async ({ means, context }) => {
    const { FunctionName, Payload = {} } = asRecord(fill(parameters, { ...sight, context }), 'Parameters');
    const answer = await means.invoke(String(FunctionName), Payload);
    return { ExecutedVersion: '$LATEST', Payload: answer ?? null, StatusCode: 200 };
  };
}
