import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { HoldfastError } from '../../errors.ts';
import { present } from '../../model/observation.ts';
import { type AsideMessage, type AsidePlace, laneOf } from '../../model/set-aside.ts';
import type { Call, SetAside } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { escapedJson } from './escaped-json.ts';
import { patiently } from './patiently.ts';
import { toNamedObservation, translateError } from './translate-error.ts';

/** Most messages of one request: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const PAGE = 10;

/** Asks every server of SQS: a short poll may miss what there is. */
const WAIT_S = 1;

/** The queues of a stage that nothing takes from by itself, found by the names that CloudFormation gives them. */
export function createSqsSetAside(clients: Pick<Clients, 'sqs'>, { stage }: { readonly stage: string }): SetAside {
  const urls = new Map<string, string>();

  async function urlOf(region: string, logicalId: string, { signal }: Call): Promise<string | undefined> {
    const isPeer = logicalId === 'PeerQueue';
    const prefix = isPeer ? `holdfast-${stage}-peer` : `holdfast-${stage}-${logicalId}-`;
    const name = `${region} ${prefix}`;
    const command = new ListQueuesCommand({ QueueNamePrefix: prefix });
    const find = async (): Promise<string | undefined> => {
      const { QueueUrls: found = [] } = await clients.sqs(region).send(command, { abortSignal: signal });
      return found.find((each) => !isPeer || each.endsWith(`/${prefix}`)); // a stage may be called what another one's begins with
    };
    const url = urls.get(name) ?? (await find());
    if (url !== undefined) urls.set(name, url);
    return url;
  }

  /** The queue of something that was taken from it. */
  async function known(region: string, logicalId: string, call: Call): Promise<string> {
    const url = await urlOf(region, logicalId, call);
    if (url !== undefined) return url;
    const message = `expected the queue ${logicalId} of the stage ${stage} in ${region}, found none`;
    throw new HoldfastError('unexpected', 'SetAside', message);
  }

  return {
    async take(place, { holdForMs, signal }) {
      try {
        const url = await urlOf(place.region, asideId(place), { signal });
        if (url === undefined) return { state: 'absent' };
        const command = new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: PAGE,
          VisibilityTimeout: Math.ceil(holdForMs / 1_000),
          WaitTimeSeconds: WAIT_S,
          MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
        });
        const { Messages: messages = [] } = await clients.sqs(place.region).send(command, { abortSignal: signal });
        return present(messages.map((message) => toAside(message)));
      } catch (error) {
        return toNamedObservation(error, 'SetAside.take');
      }
    },
    async sendAgain(place, body, call) {
      await guarded('SetAside.sendAgain', async () => {
        const url = await known(place.region, laneId(place), call);
        const command = new SendMessageCommand({ QueueUrl: url, MessageBody: escapedJson(body) });
        const client = clients.sqs(place.region);
        await patiently(async () => client.send(command, { abortSignal: call.signal }), call);
      });
    },
    async remove(place, { handle }, call) {
      await guarded('SetAside.remove', async () => {
        const url = await known(place.region, asideId(place), call);
        const command = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle });
        await clients.sqs(place.region).send(command, { abortSignal: call.signal });
      });
    },
    async giveBack(place, messages, call) {
      await guarded('SetAside.giveBack', async () => {
        const url = await known(place.region, asideId(place), call);
        for (let first = 0; first < messages.length; first += PAGE)
          await showAgain(clients.sqs(place.region), { url, messages: messages.slice(first, first + PAGE) }, call);
      });
    },
  };
}

/** What cannot be shown any more has been shown already, or was removed. */
async function showAgain(
  client: SQSClient,
  { url, messages }: { readonly url: string; readonly messages: readonly AsideMessage[] },
  { signal }: Call,
): Promise<void> {
  const command = new ChangeMessageVisibilityBatchCommand({
    QueueUrl: url,
    Entries: messages.map(({ handle }, index) => ({
      Id: String(index),
      ReceiptHandle: handle,
      VisibilityTimeout: 0,
    })),
  });
  await client.send(command, { abortSignal: signal });
}

async function guarded(operation: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw translateError(error, operation);
  }
}

const capitalised = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

function asideId({ queue }: AsidePlace): string {
  return queue === 'poison' ? 'PoisonQueue' : `${capitalised(queue)}DeadLetterQueue`;
}

function laneId(place: AsidePlace): string {
  return `${capitalised(laneOf(place))}Queue`;
}

function toAside({ MessageId, Body, ReceiptHandle, Attributes }: Message): AsideMessage {
  return {
    id: MessageId ?? '',
    body: Body ?? '',
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    handle: ReceiptHandle ?? '',
  };
}
