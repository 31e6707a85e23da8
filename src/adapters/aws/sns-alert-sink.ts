import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { AlertSink } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { patiently } from './patiently.ts';
import { translateError } from './translate-error.ts';

export interface AlertSinkOptions {
  readonly topicArn: string;
  readonly region: string;
}

/** Publishes each alert with the message attributes that filter policies match on. */
export function createSnsAlertSink(clients: Pick<Clients, 'sns'>, { topicArn, region }: AlertSinkOptions): AlertSink {
  return {
    async open(_fingerprint, { event, title, attributes }, { signal }) {
      try {
        const { PublishCommand } = await import('@aws-sdk/client-sns');
        const client = await clients.sns(region);
        const command = new PublishCommand({
          TopicArn: topicArn,
          Subject: title,
          Message: JSON.stringify(event),
          MessageAttributes: toMessageAttributes(attributes),
        });
        await patiently(async () => client.send(command, { abortSignal: signal }), { signal });
      } catch (error) {
        throw translateError(error, 'AlertSink.open');
      }
    },
  };
}

function toMessageAttributes(attributes: Readonly<Record<string, string>>): Record<string, MessageAttributeValue> {
  const entries: [string, MessageAttributeValue][] = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: 'String', StringValue: value },
  ]);
  return Object.fromEntries(entries);
}
