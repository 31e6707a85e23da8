import { md5, systemAttributes, type Message, type MessageAttributes } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import { isRecord } from '../record.ts';

/**
 * The event of a batch of messages.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function toSqsEvent(queue: Queue, messages: readonly Message[]): object {
  return { Records: messages.map((message) => toRecord(queue, message)) };
}

function toRecord({ arn, region }: Queue, message: Message): object {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: toRecordAttributes(message.attributes),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function toRecordAttributes(attributes: MessageAttributes): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}

/**
 * The messages of a batch that the function did with: a partial answer that cannot be trusted fails the whole batch.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function succeeded(messages: readonly Message[], answer: unknown): readonly Message[] {
  if (!isRecord(answer)) return messages;
  const failures: unknown = answer['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return [];
  const failed = failures.map((failure: unknown) => (isRecord(failure) ? failure['itemIdentifier'] : undefined));
  const known = new Set<unknown>(messages.map(({ messageId }) => messageId));
  if (!failed.every((id) => known.has(id))) return [];
  return messages.filter(({ messageId }) => !failed.includes(messageId));
}
