import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { type Observation, present } from '../../model/observation.ts';
import type { Call, Stacks } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { toNamedObservation } from './translate-error.ts';

/** Finds stacks by the names that CloudFormation gives their queues: that of the stack, the logical id, and a suffix. */
export function createSqsStacks(clients: Pick<Clients, 'sqs'>, { stage }: { readonly stage: string }): Stacks {
  return {
    async signalsQueue(region, call) {
      try {
        return await findQueue(clients, { region, prefix: `holdfast-${stage}-SignalsQueue-` }, call);
      } catch (error) {
        return toNamedObservation(error, 'Stacks.signalsQueue');
      }
    },
  };
}

async function findQueue(
  clients: Pick<Clients, 'sqs'>,
  { region, prefix }: { readonly region: string; readonly prefix: string },
  { signal }: Call,
): Promise<Observation<string>> {
  const client = clients.sqs(region);
  const { QueueUrls: urls = [] } = await client.send(new ListQueuesCommand({ QueueNamePrefix: prefix }), {
    abortSignal: signal,
  });
  const [url] = urls;
  if (url === undefined) return { state: 'absent' };
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  const { Attributes: attributes } = await client.send(command, { abortSignal: signal });
  const arn = attributes?.QueueArn;
  return arn === undefined ? { state: 'absent' } : present(arn);
}

/** What a function knows: the queue of its own stack, and nothing of the others. */
export function createOwnStack(region: string, signalsQueueArn: string): Stacks {
  return { signalsQueue: async (asked) => (asked === region ? present(signalsQueueArn) : undefined) };
}
