import { AwsError, toElements } from '../aws-error.ts';
import { groups, requiredParameter, type QueryInput } from '../query-protocol.ts';
import { sizeBytes } from '../sqs/message.ts';
import type { Notification, NotificationAttributes } from './notification.ts';
import type { SnsOperation } from './operation.ts';
import { asRecord } from '../record.ts';

const MESSAGE_PARAMETERS = ['Subject', 'Message', 'MessageStructure', 'MessageAttributes'];

/** @see https://docs.aws.amazon.com/general/latest/gr/sns.html */
const LIMIT_BYTES = 262_144;

const byTopicArn = (input: QueryInput): string => input.get('TopicArn') ?? requiredParameter(input, 'TargetArn');

/** What is said to a topic. */
export const PUBLISH_OPERATIONS: Readonly<Record<string, SnsOperation>> = {
  Publish: {
    parameters: ['TopicArn', 'TargetArn', ...MESSAGE_PARAMETERS],
    resource: byTopicArn,
    async run({ input, topics }) {
      const topic = topics.get(byTopicArn(input));
      return { texts: { MessageId: await topics.publish(topic, parseMessage(input)) } };
    },
  },
  PublishBatch: {
    parameters: ['TopicArn', 'PublishBatchRequestEntries'],
    action: 'Publish',
    resource: byTopicArn,
    async run({ input, topics }) {
      const topic = topics.get(byTopicArn(input));
      const entries = groups(input, 'PublishBatchRequestEntries.member').map(
        (entry) => new URLSearchParams({ ...entry }),
      );
      checkBatch(entries.map((entry) => requiredParameter(entry, 'Id')));
      const results = await Promise.all(
        entries.map(async (entry) => {
          const Id = requiredParameter(entry, 'Id');
          try {
            const MessageId = await topics.publish(topic, parseMessage(entry));
            return { ok: true, xml: `<member>${toElements({ Id, MessageId })}</member>` };
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            const failure = { Id, Code: error.code, Message: error.message, SenderFault: 'true' };
            return { ok: false, xml: `<member>${toElements(failure)}</member>` };
          }
        }),
      );
      const those = (ok: boolean): string => results.map((result) => (result.ok === ok ? result.xml : '')).join('');
      return { xml: `<Successful>${those(true)}</Successful><Failed>${those(false)}</Failed>` };
    },
  },
};

function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0) throw new AwsError('EmptyBatchRequest', 400, 'The batch request does not contain any entries.');
  if (ids.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      400,
      'The batch request contains more entries than permissible.',
    );
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 400, 'Two or more batch entries have the same Id.');
}

function parseMessage(input: QueryInput): Pick<Notification, 'subject' | 'message' | 'attributes'> {
  const attributes = parseAttributes(input);
  const subject = input.get('Subject');
  const message = forQueues(requiredParameter(input, 'Message'), input.get('MessageStructure'));
  if (message === '') throw new AwsError('InvalidParameter', 400, 'Invalid parameter: Empty message');
  if (sizeBytes(message, attributes) > LIMIT_BYTES)
    throw new AwsError('InvalidParameter', 400, 'Invalid parameter: Message too long');
  return { message, attributes, ...(subject === null ? {} : { subject }) };
}

/** With the structure `json` the message is one text per protocol, and `default`. */
function forQueues(message: string, structure: string | null): string {
  if (structure === null) return message;
  try {
    const perProtocol = asRecord(JSON.parse(message), 'Message');
    const chosen = perProtocol['sqs'] ?? perProtocol['default'];
    if (structure === 'json' && typeof chosen === 'string' && typeof perProtocol['default'] === 'string') return chosen;
  } catch {
    // Not JSON: refused below like JSON of another shape.
  }
  throw new AwsError(
    'InvalidParameter',
    400,
    'Invalid parameter: Message Structure - No default entry in JSON message body',
  );
}

function parseAttributes(input: QueryInput): NotificationAttributes {
  const entries = groups(input, 'MessageAttributes.entry').map((entry) => {
    const text = entry['Value.StringValue'];
    const binary = entry['Value.BinaryValue'];
    const DataType = entry['Value.DataType'] ?? '';
    if (!/^(String|Number|Binary)(\.|$)/.test(DataType)) {
      throw new AwsError(
        'InvalidParameterValue',
        400,
        `The type of message attribute '${entry['Name'] ?? ''}' is invalid.`,
      );
    }
    return [
      entry['Name'] ?? '',
      {
        DataType,
        ...(text === undefined ? {} : { StringValue: text }),
        ...(binary === undefined ? {} : { BinaryValue: binary }),
      },
    ] as const;
  });
  return Object.fromEntries(entries);
}
