import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Observation, present } from '../../model/observation.ts';
import type { Call } from '../../ports.ts';

/** Most messages of one request. */
const PAGE = 10;

/** Most requests of one glance, so that a full queue is not read to its end. */
const MOST_PAGES = 20;

/** How long messages are held, in seconds, should nobody come to give them back. */
const HOLD_S = 20;

/** Whether a message with this text is among some that nobody holds. All are given back: whoever they are for gets them. */
export async function isInQueue(
  client: SQSClient,
  { queueArn, text }: { readonly queueArn: string; readonly text: string },
  { signal }: Call,
): Promise<Observation<boolean>> {
  const [, , , , account = '', name = ''] = queueArn.split(':');
  const where = new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account });
  const { QueueUrl: url } = await client.send(where, { abortSignal: signal });
  const held: Message[] = [];
  try {
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: PAGE,
        VisibilityTimeout: HOLD_S,
        WaitTimeSeconds: 1, // asks every server of SQS
      });
      const { Messages: messages = [] } = await client.send(command, { abortSignal: signal });
      held.push(...messages);
      if (messages.some(({ Body: body = '' }) => body.includes(text))) return present(true);
      if (messages.length === 0) break;
    }
    return present(false);
  } finally {
    for (let first = 0; first < held.length; first += PAGE) {
      const Entries = held.slice(first, first + PAGE).map(({ ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout: 0,
      }));
      // Not with the signal: what is held is given back also when somebody gives up.
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    }
  }
}
