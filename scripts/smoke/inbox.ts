import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awaitAnswer, type RunTime } from './time.ts';

/** Members of an event that the questions look at; everything else stays as it came. */
export interface RawEvent {
  readonly eventName?: string;
  readonly s3?: { readonly bucket?: { readonly name?: string }; readonly object?: Readonly<Record<string, unknown>> };
  readonly replicationEventData?: Readonly<Record<string, unknown>>;
  readonly userIdentity?: { readonly principalId?: string };
  readonly detail?: { readonly object?: Readonly<Record<string, unknown>> };
}

/** Everything that arrived in a queue: messages are taken out of it and kept here. */
export interface Inbox {
  /** The first event of which this holds, waiting for it; `undefined` when none comes in time. */
  find(isWanted: (event: RawEvent) => boolean): Promise<RawEvent | undefined>;
  /** Looks once. */
  peek(isWanted: (event: RawEvent) => boolean): Promise<RawEvent | undefined>;
}

export function createInbox(sqs: SQSClient, queueUrl: string, time: RunTime): Inbox {
  const heard: RawEvent[] = [];

  async function take(): Promise<void> {
    for (;;) {
      const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
      const { Messages = [] } = await sqs.send(command);
      if (Messages.length === 0) return;
      for (const { Body = '{}' } of Messages) heard.push(...eventsIn(Body));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  }

  async function peek(isWanted: (event: RawEvent) => boolean): Promise<RawEvent | undefined> {
    const known = heard.find((event) => isWanted(event));
    if (known !== undefined) return known;
    await take();
    return heard.find((event) => isWanted(event));
  }

  return { peek, find: (isWanted) => awaitAnswer(time, () => peek(isWanted)) };
}

/** Records of a notification, or the one event of EventBridge. */
function eventsIn(body: string): readonly RawEvent[] {
  const message: unknown = JSON.parse(body);
  if (typeof message !== 'object' || message === null) return [];
  return 'Records' in message && Array.isArray(message.Records) ? message.Records : [message];
}

/** The record of this event about this object; keys in notifications are encoded. */
export function isAbout(event: RawEvent, name: string, key: string): boolean {
  const { object } = event.s3 ?? {};
  return event.eventName?.replace(/^s3:/, '').startsWith(name) === true && object?.['key'] === key;
}
