import { createHash } from 'node:crypto';

/** A typed attribute that travels beside a body. `DataType` is `String`, `Number` or `Binary`, with an optional label after a dot. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  /** Epoch milliseconds, as all times here. */
  readonly sentAt: number;
  firstReceivedAt?: number;
  receiveCount: number;
  /** The handle of the latest reception: an older one no longer counts. */
  receiptHandle?: string;
}

export function md5(data: string | Uint8Array): string {
  return createHash('md5').update(data).digest('hex');
}

/**
 * The digest by which clients check that their attributes arrived.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function digestAttributes(attributes: MessageAttributes): string | undefined {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  return md5(Buffer.concat(entries.flatMap(([name, attribute]) => encodeAttribute(name, attribute))));
}

function encodeAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): readonly Buffer[] {
  const value = BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64');
  const kind = Buffer.from([DataType.startsWith('Binary') ? 2 : 1]);
  return [...withLength(Buffer.from(name)), ...withLength(Buffer.from(DataType)), kind, ...withLength(value)];
}

function withLength(bytes: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

/** Bytes that count against the limit of a message: body, and names, types and values of the attributes. */
export function sizeBytes(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, 'base64').length,
    Buffer.byteLength(body),
  );
}

/** What SQS itself knows about a message, as text. */
export function systemAttributes({
  senderId,
  sentAt,
  receiveCount,
  firstReceivedAt,
}: Message): Readonly<Record<string, string>> {
  return {
    SenderId: senderId,
    SentTimestamp: String(Math.floor(sentAt)),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(Math.floor(firstReceivedAt ?? sentAt)),
  };
}
