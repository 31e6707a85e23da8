import type { Means, Run } from './run.ts';
import type { StateFailure } from './state-failure.ts';

interface Started {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly input: unknown;
  readonly startedAtMs: number;
}

/** One item of a distributed map, when it is over. */
export interface Child extends Started {
  readonly stoppedAtMs: number;
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly output?: unknown;
  readonly failure?: StateFailure;
}

/** An execution for one item, with a context of its own. */
export function childExecution(parent: Run, label: string, input: unknown): Started & { readonly run: Run } {
  const { machine, means, signal } = parent;
  const name = means.uuid();
  const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}/${label}:${name}`;
  const StartTime = new Date(means.now()).toISOString();
  const Execution = { Id: arn, Input: input, Name: name, RoleArn: machine.roleArn, StartTime };
  const run = { machine, means, signal, context: { Execution, StateMachine: parent.context.StateMachine } };
  return { arn, name, machineArn: `${machine.arn}/${label}`, input, startedAtMs: means.now(), run };
}

export interface MapResults {
  readonly mapRunArn: string;
  readonly children: readonly Child[];
  /** `Bucket` and, where it is given, `Prefix`. */
  readonly to: Readonly<Record<string, unknown>>;
}

/**
 * Writes what became of all items: a manifest, and a file for those that succeeded and for those that failed. Gives what the map
 * has as its result then.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export async function writeResults(means: Means, { mapRunArn, children, to }: MapResults): Promise<object> {
  const bucket = String(to['Bucket']);
  const prefix = typeof to['Prefix'] === 'string' && to['Prefix'] !== '' ? `${to['Prefix'].replace(/\/$/, '')}/` : '';
  const folder = `${prefix}${mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1)}`;
  const files = { FAILED: [] as object[], PENDING: [], SUCCEEDED: [] as object[] };
  for (const status of ['SUCCEEDED', 'FAILED'] as const) {
    const own = children.filter((child) => child.status === status);
    if (own.length === 0) continue;
    const body = JSON.stringify(own.map(toRecord));
    const key = `${folder}/${status}_0.json`;
    await means.write({ bucket, key }, body);
    files[status].push({ Key: key, Size: Buffer.byteLength(body) });
  }
  const key = `${folder}/manifest.json`;
  const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
  await means.write({ bucket, key }, JSON.stringify(manifest));
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: key } };
}

function toRecord({ arn, name, machineArn, input, output, failure, status, ...times }: Child): object {
  return {
    ExecutionArn: arn,
    Input: JSON.stringify(input),
    InputDetails: { Included: true },
    Name: name,
    ...(failure === undefined
      ? { Output: JSON.stringify(output), OutputDetails: { Included: true } }
      : { Error: failure.error, Cause: failure.message }),
    StartDate: new Date(times.startedAtMs).toISOString(),
    StateMachineArn: machineArn,
    Status: status,
    StopDate: new Date(times.stoppedAtMs).toISOString(),
  };
}
