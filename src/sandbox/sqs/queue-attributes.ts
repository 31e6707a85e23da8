import { AwsError, notImplemented } from '../aws-error.ts';
import { parsePolicy, type Statement } from '../iam/policy.ts';
import { errorText } from '../record.ts';

/** What a queue is set to, in SQS's own spelling, defaults filled in. */
export type QueueSettings = Readonly<Record<string, string>>;

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Name, default, least and greatest value. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const NUMBERS: Readonly<Record<string, readonly [initial: number, least: number, greatest: number]>> = {
  DelaySeconds: [0, 0, 900],
  MaximumMessageSize: [1_048_576, 1024, 1_048_576],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
  VisibilityTimeout: [30, 0, 43_200],
};

/** Accepted and shown again, without effect on what the sandbox does. */
const RECORDED: ReadonlySet<string> = new Set(['SqsManagedSseEnabled', 'RedriveAllowPolicy']);

export const DEFAULT_SETTINGS: QueueSettings = {
  ...Object.fromEntries(Object.entries(NUMBERS).map(([name, [initial]]) => [name, String(initial)])),
  SqsManagedSseEnabled: 'true',
};

/** Settings after a change. Throws `AwsError` for a value out of range and for what is not honoured. */
export function changeSettings(settings: QueueSettings, changes: Readonly<Record<string, unknown>>): QueueSettings {
  const changed = Object.entries(changes).map(([name, raw]): readonly [string, string] => {
    const value = String(raw);
    checkSetting(name, value);
    return [name, value];
  });
  // An empty policy takes the policy away.
  return Object.fromEntries([...Object.entries(settings), ...changed].filter(([, value]) => value !== ''));
}

function checkSetting(name: string, value: string): void {
  const range = NUMBERS[name];
  if (range !== undefined) {
    const [, least, greatest] = range;
    const given = Number(value);
    if (!Number.isInteger(given) || given < least || given > greatest) throw invalidValue(name, value);
  } else if (name === 'RedrivePolicy') {
    if (value !== '') parseRedrivePolicy(value);
  } else if (name === 'Policy') {
    if (value !== '') parseQueuePolicy(value);
  } else if (!RECORDED.has(name)) throw notImplemented(`the queue attribute ${name}`);
}

export function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parseJson('RedrivePolicy', text);
  const count = Number(maxReceiveCount);
  if (typeof deadLetterTargetArn !== 'string' || !(count >= 1 && count <= 1000))
    throw invalidValue('RedrivePolicy', text);
  return { deadLetterTargetArn, maxReceiveCount: count };
}

export function parseQueuePolicy(text: string): readonly Statement[] {
  try {
    return parsePolicy(parseJson('Policy', text), 'queue policy');
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw notImplemented(errorText(error));
  }
}

function parseJson(name: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
  } catch {
    // Not JSON: refused below like JSON of another shape.
  }
  throw invalidValue(name, text);
}

function invalidValue(name: string, value: string): AwsError {
  return new AwsError('InvalidAttributeValue', 400, `Invalid value for the parameter ${name}. Reason: ${value}`);
}
