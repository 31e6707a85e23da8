import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import type { AlertEvent, DigestEvent } from '../src/model/alert.ts';
import type { Stage } from './stage.ts';

export interface SubscriberOptions {
  readonly region: string;
  readonly topicArn: string;
  /** Fires when nobody wants to hear any more. */
  readonly signal: AbortSignal;
  hear(event: AlertEvent): void;
}

/** A long poll would end, and begin again, with every second that the sandbox skips. */
const ASK_EVERY_MS = 150;

/** Subscribes a queue to the alert topic, as any user would, and hears until the signal fires. */
export async function subscribe(
  stage: Stage,
  { region, topicArn, signal, hear }: SubscriberOptions,
): Promise<{ done: Promise<void> }> {
  const sqs = stage.sqs(region);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'demo-subscriber', Attributes: { Policy: policyFor(topicArn) } }),
  );
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const endpoint = Attributes?.['QueueArn'];
  await stage.sns(region).send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: endpoint }));

  async function listen(): Promise<void> {
    while (!signal.aborted) {
      try {
        await receive();
      } catch (error) {
        // The Region of the queue is out: what waits in it is heard when it is there again.
        if (!(error instanceof SQSServiceException && error.$fault === 'server')) throw error;
        await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      }
    }
  }

  async function receive(): Promise<void> {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (messages.length === 0) await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    for (const { Body: body = '' } of messages) {
      const envelope = JSON.parse(body) as { readonly Message: string };
      const event = JSON.parse(envelope.Message) as AlertEvent | DigestEvent;
      if (event.type === 'holdfast.alert.v1') hear(event);
    }
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  return { done: listen() };
}

function policyFor(topicArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '*',
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
    ],
  });
}
