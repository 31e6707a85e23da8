import type { MessageAttributes } from '../sqs/message.ts';

/** Like those of a queue's message, with the type `String.Array` besides. */
export type NotificationAttributes = MessageAttributes;

/** What was published to a topic. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  /** Already the text for queues, where the publisher gave one per protocol. */
  readonly message: string;
  readonly attributes: NotificationAttributes;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}

export interface EnvelopeSource {
  readonly subscriptionArn: string;
  /** URL of the sandbox. */
  readonly url: string;
}

/**
 * The JSON in which a queue gets a notification, unless delivery is raw. The signature is no signature: nothing here has the key
 * that AWS signs with.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function toEnvelope(notification: Notification, { subscriptionArn, url }: EnvelopeSource): string {
  const { messageId, topicArn, subject, message, attributes, publishedAt } = notification;
  const shown = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]): [string, object] => [
    name,
    { Type: DataType, Value: StringValue ?? BinaryValue },
  ]);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: message,
    Timestamp: new Date(publishedAt).toISOString(),
    SignatureVersion: '1',
    Signature: 'unsigned-by-the-sandbox',
    SigningCertURL: `${url}/unsigned.pem`,
    UnsubscribeURL: `${url}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    ...(shown.length === 0 ? {} : { MessageAttributes: Object.fromEntries<unknown>(shown) }),
  });
}
