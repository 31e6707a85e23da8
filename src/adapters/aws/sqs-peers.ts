import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { PeerAddress } from '../../model/action.ts';
import { formatPeerMessage } from '../../model/peer-message.ts';
import type { Call, Peers } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { escapedJson } from './escaped-json.ts';
import { translateError } from './translate-error.ts';

/**
 * The peer queues of all stacks of a stage. They have the same name everywhere, so that each stack finds the others', of other
 * accounts too, without being told their addresses.
 */
export function createSqsPeers(clients: Pick<Clients, 'sqs'>, { queueName }: { readonly queueName: string }): Peers {
  const urls = new Map<string, string>();

  async function urlOf({ region, account }: PeerAddress, { signal }: Call): Promise<string> {
    const place = `${region}/${account}`;
    const known = urls.get(place);
    if (known !== undefined) return known;
    const command = new GetQueueUrlCommand({ QueueName: queueName, QueueOwnerAWSAccountId: account });
    const { QueueUrl: url = '' } = await clients.sqs(region).send(command, { abortSignal: signal });
    urls.set(place, url);
    return url;
  }

  return {
    async tell(to, message, call) {
      try {
        const body = escapedJson(formatPeerMessage(message));
        const command = new SendMessageCommand({ QueueUrl: await urlOf(to, call), MessageBody: body });
        await clients.sqs(to.region).send(command, { abortSignal: call.signal });
      } catch (error) {
        throw translateError(error, 'Peers.tell');
      }
    },
  };
}
