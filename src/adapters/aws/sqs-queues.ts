import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { formatLook } from '../../model/look.ts';
import type { Call, Clock, LookQueue, PoisonQueue } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { escapedJson } from './escaped-json.ts';
import { patiently } from './patiently.ts';
import { translateError } from './translate-error.ts';

/** Longest delay that SQS can give one message, in seconds. */
const MOST_DELAY_S = 900;

export interface LookQueueOptions {
  readonly region: string;
  readonly looksQueueUrl: string;
  readonly readsQueueUrl: string;
  readonly clock: Clock;
}

/** Looks that need a HEAD go to one lane, looks that read bytes to another, so that long readings hold nothing up. */
export function createSqsLookQueue(clients: Pick<Clients, 'sqs'>, options: LookQueueOptions): LookQueue {
  const { region, looksQueueUrl, readsQueueUrl, clock } = options;
  return {
    async enqueue(look, call) {
      const delayMs = look.dueAt === undefined ? 0 : look.dueAt.getTime() - clock.now().getTime();
      const delaySeconds = Math.min(MOST_DELAY_S, Math.max(0, Math.ceil(delayMs / 1_000)));
      const url = look.reach === 'content' ? readsQueueUrl : looksQueueUrl;
      await send(
        clients.sqs(region),
        { url, body: formatLook(look), delaySeconds, operation: 'LookQueue.enqueue' },
        call,
      );
    },
  };
}

export interface PoisonQueueOptions {
  readonly region: string;
  readonly poisonQueueUrl: string;
}

/** Keeps the record as it came, beside the reason. */
export function createSqsPoisonQueue(
  clients: Pick<Clients, 'sqs'>,
  { region, poisonQueueUrl }: PoisonQueueOptions,
): PoisonQueue {
  return {
    async setAside({ body, reason }, call) {
      const message = JSON.stringify({ reason, record: body });
      await send(
        clients.sqs(region),
        { url: poisonQueueUrl, body: message, delaySeconds: 0, operation: 'PoisonQueue.setAside' },
        call,
      );
    },
  };
}

interface Message {
  readonly url: string;
  readonly body: string;
  readonly delaySeconds: number;
  readonly operation: string;
}

async function send(client: ReturnType<Clients['sqs']>, message: Message, { signal }: Call): Promise<void> {
  try {
    const { url, body, delaySeconds } = message;
    const command = new SendMessageCommand({
      QueueUrl: url,
      MessageBody: escapedJson(body),
      DelaySeconds: delaySeconds,
    });
    await patiently(async () => client.send(command, { abortSignal: signal }), { signal });
  } catch (error) {
    throw translateError(error, message.operation);
  }
}
