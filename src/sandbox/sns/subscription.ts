import { AwsError, notImplemented } from '../aws-error.ts';
import { parseRedrivePolicy } from '../sqs/queue-attributes.ts';
import { passesFilter, problemsOfFilter, type FilterInput, type FilterPolicy } from './filter-policy.ts';
import type { Notification, NotificationAttributes } from './notification.ts';
import { asRecord } from '../record.ts';

/** Attributes of a subscription in SNS's own spelling. */
export type SubscriptionAttributes = Readonly<Record<string, string>>;

/** Who has to follow a link before anything is delivered. Nobody does in the sandbox, which so delivers nothing by these. */
const CONFIRMED_BY_HAND: ReadonlySet<string> = new Set(['email', 'email-json', 'http', 'https', 'sms']);

/** Somebody who hears a topic: a queue, or who has not confirmed yet that he wants to. Other protocols are refused. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  /** ARN of the queue, or the address. */
  readonly endpoint: string;
  readonly owner: string;
  attributes(): SubscriptionAttributes;
  change(changes: SubscriptionAttributes): void;
  isConfirmed(): boolean;
  isRaw(): boolean;
  /** Queue for what could not be delivered. */
  deadLetterTargetArn(): string | undefined;
  wants(notification: Notification): boolean;
}

const HONOURED: ReadonlySet<string> = new Set([
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
]);

/** Throws what is refused, by name. */
export function createSubscription(
  facts: Pick<Subscription, 'arn' | 'topicArn' | 'protocol' | 'endpoint' | 'owner'>,
): Subscription {
  const { protocol } = facts;
  const confirmed = !CONFIRMED_BY_HAND.has(protocol);
  if (confirmed && protocol !== 'sqs') throw notImplemented(`subscriptions with the protocol ${protocol}`);
  let attributes: SubscriptionAttributes = { RawMessageDelivery: 'false' };
  let policy: FilterPolicy | undefined;

  const scope = (): 'MessageAttributes' | 'MessageBody' =>
    attributes['FilterPolicyScope'] === 'MessageBody' ? 'MessageBody' : 'MessageAttributes';

  return {
    ...facts,
    attributes: () => attributes,
    change(changes) {
      const unknown = Object.keys(changes).find((name) => !HONOURED.has(name));
      if (unknown !== undefined) throw notImplemented(`the subscription attribute ${unknown}`);
      const next = { ...attributes, ...changes };
      const nextScope = next['FilterPolicyScope'] === 'MessageBody' ? 'MessageBody' : 'MessageAttributes';
      const parsed = parseFilter(next['FilterPolicy'], nextScope);
      if (next['RedrivePolicy'] !== undefined) parseSubscriptionRedrive(next['RedrivePolicy']);
      attributes = next;
      policy = parsed;
    },
    isConfirmed: () => confirmed,
    isRaw: () => attributes['RawMessageDelivery'] === 'true',
    deadLetterTargetArn: () =>
      attributes['RedrivePolicy'] === undefined ? undefined : parseSubscriptionRedrive(attributes['RedrivePolicy']),
    wants(notification) {
      if (!confirmed) return false;
      if (policy === undefined) return true;
      const input =
        scope() === 'MessageBody' ? fromBody(notification.message) : fromAttributes(notification.attributes);
      return input !== undefined && passesFilter(policy, input);
    },
  };
}

function parseFilter(text: string | undefined, scope: 'MessageAttributes' | 'MessageBody'): FilterPolicy | undefined {
  if (text === undefined || text === '' || text === '{}') return undefined;
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new AwsError('InvalidParameter', 400, 'Invalid parameter: FilterPolicy: failed to parse JSON');
  }
  const problems = problemsOfFilter(policy, scope);
  if (problems.length > 0)
    throw new AwsError('InvalidParameter', 400, `Invalid parameter: FilterPolicy: ${problems.join('; ')}`);
  return asRecord(policy, 'FilterPolicy');
}

/** A subscription's redrive policy names a queue, and no number of attempts. */
function parseSubscriptionRedrive(text: string): string {
  const parsed = asRecord(JSON.parse(text), 'RedrivePolicy');
  return parseRedrivePolicy(JSON.stringify({ maxReceiveCount: 1, ...parsed })).deadLetterTargetArn;
}

function fromAttributes(attributes: NotificationAttributes): FilterInput {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue = '' }]) => {
      if (DataType === 'Number') return [name, Number(StringValue)];
      return [name, DataType === 'String.Array' ? (JSON.parse(StringValue) as unknown) : StringValue];
    }),
  );
}

/** A body that is no JSON object passes no policy about bodies. */
function fromBody(message: string): FilterInput | undefined {
  try {
    const parsed: unknown = JSON.parse(message);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
