import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { HoldfastError } from '../../errors.ts';
import type { PeerAddress } from '../../model/action.ts';
import { formatPeerMessage } from '../../model/peer-message.ts';
import type { Call, Peers } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { escapedJson } from './escaped-json.ts';
import { patiently } from './patiently.ts';
import { toFailure, translateError } from './translate-error.ts';

/** What SQS says of a queue that is not there, or is another account's and closed to us. */
const MISSING: ReadonlySet<string> = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'AccessDenied',
  'AccessDeniedException',
]);

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
    // Stacks of all Regions may well be in one account, whoever owns the buckets: then it is our own.
    const url = (await find(region, account, signal)) ?? (await find(region, undefined, signal));
    if (url === undefined) throw notFound(queueName, { region, account });
    urls.set(place, url);
    return url;
  }

  async function find(region: string, owner: string | undefined, signal: AbortSignal): Promise<string | undefined> {
    const command = new GetQueueUrlCommand({
      QueueName: queueName,
      ...(owner === undefined ? {} : { QueueOwnerAWSAccountId: owner }),
    });
    try {
      return (await clients.sqs(region).send(command, { abortSignal: signal })).QueueUrl;
    } catch (error) {
      if (MISSING.has(toFailure(error).code)) return undefined;
      throw error;
    }
  }

  return {
    async tell(to, message, call) {
      try {
        const body = escapedJson(formatPeerMessage(message));
        const command = new SendMessageCommand({ QueueUrl: await urlOf(to, call), MessageBody: body });
        const client = clients.sqs(to.region);
        await patiently(async () => client.send(command, { abortSignal: call.signal }), call);
      } catch (error) {
        throw translateError(error, 'Peers.tell');
      }
    },
  };
}

function notFound(queueName: string, { region, account }: PeerAddress): HoldfastError {
  const text = `Peers.tell failed: expected a queue ${queueName} in ${region}, of account ${account} or our own; found none`;
  return new HoldfastError('unavailable', 'Peers.tell', text);
}
