import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { OwnLanes } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { translateError } from './translate-error.ts';

/** Messages that can be taken, that somebody has taken, and that are not due yet. */
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

export interface OwnLanesOptions {
  readonly region: string;
  readonly urls: readonly string[];
}

/** Queues of the function's own stack. */
export function createSqsOwnLanes(clients: Pick<Clients, 'sqs'>, { region, urls }: OwnLanesOptions): OwnLanes {
  return {
    async areEmpty({ signal }) {
      try {
        const counts = await Promise.all(
          urls.map(async (QueueUrl) => {
            const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
            const { Attributes: found } = await clients.sqs(region).send(command, { abortSignal: signal });
            return COUNTS.map((name) => found?.[name]);
          }),
        );
        return counts.flat().every((count) => count === '0'); // what is not said is not nothing
      } catch (error) {
        throw translateError(error, 'OwnLanes.areEmpty');
      }
    },
  };
}
