import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { AlertAttributes } from '../../model/alert.ts';
import type { Publisher } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { patiently } from './patiently.ts';
import { translateError } from './translate-error.ts';

export interface PublisherOptions {
  readonly topicArn: string;
  readonly region: string;
}

/** Publishes each message with a text for each protocol, and the message attributes that filter policies match on. */
export function createSnsPublisher(clients: Pick<Clients, 'sns'>, { topicArn, region }: PublisherOptions): Publisher {
  return {
    async publish({ message, title, attributes }, { signal }) {
      try {
        const { PublishCommand } = await import('@aws-sdk/client-sns');
        const client = await clients.sns(region);
        const command = new PublishCommand({
          TopicArn: topicArn,
          Subject: title,
          Message: message,
          MessageStructure: 'json',
          MessageAttributes: toMessageAttributes(attributes),
        });
        await patiently(async () => client.send(command, { abortSignal: signal }), { signal });
      } catch (error) {
        throw translateError(error, 'Publisher.publish');
      }
    },
  };
}

function toMessageAttributes(attributes: AlertAttributes): Record<string, MessageAttributeValue> {
  const entries = Object.entries(attributes).map(([name, value]): [string, MessageAttributeValue] =>
    typeof value === 'string'
      ? [name, { DataType: 'String', StringValue: value }]
      : [name, { DataType: 'String.Array', StringValue: JSON.stringify(value) }],
  );
  return Object.fromEntries(entries);
}
