import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SignalsQueue } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { translateError } from './translate-error.ts';

export interface SignalsOptions {
  readonly region: string;
  readonly url: string;
  readonly arn: string;
}

/** The signals queue of the function's own stack. */
export function createSqsSignals(clients: Pick<Clients, 'sqs'>, { region, url, arn }: SignalsOptions): SignalsQueue {
  return {
    arn,
    async waiting({ signal }) {
      const command = new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      try {
        const { Attributes: attributes } = await clients.sqs(region).send(command, { abortSignal: signal });
        return Number(attributes?.ApproximateNumberOfMessages ?? 0);
      } catch (error) {
        throw translateError(error, 'SignalsQueue.waiting');
      }
    },
  };
}
