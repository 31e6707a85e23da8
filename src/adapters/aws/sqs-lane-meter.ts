import { GetQueueAttributesCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { LaneState } from '../../model/lane-state.ts';
import { present } from '../../model/observation.ts';
import { LANES } from '../../model/set-aside.ts';
import type { Call, LaneMeter } from '../../ports.ts';
import { readMetrics } from './metric-data.ts';
import { toNamedObservation } from './translate-error.ts';
import type { WatchClients } from './watch-clients.ts';

/** SQS publishes ages some minutes late. In milliseconds. */
const AGE_WINDOW_MS = 10 * 60_000;

/** The queues of a stage, found by the names that CloudFormation gives them, as SQS and CloudWatch know them. */
export function createSqsLaneMeter(
  clients: Pick<WatchClients, 'sqs' | 'cloudwatch'>,
  { stage }: { readonly stage: string },
): LaneMeter {
  const known = new Map<string, readonly string[]>();

  async function queuesOf(region: string, { signal }: Call): Promise<readonly string[]> {
    const urls = known.get(region);
    if (urls !== undefined) return urls;
    const command = new ListQueuesCommand({ QueueNamePrefix: `holdfast-${stage}-`, MaxResults: 1_000 });
    const { QueueUrls: found = [] } = await clients.sqs(region).send(command, { abortSignal: signal });
    if (found.length > 0) known.set(region, found);
    return found;
  }

  return {
    async lanes(region, { until, signal }) {
      try {
        const urls = await queuesOf(region, { signal });
        if (urls.length === 0) return { state: 'absent' };
        const names = [...LANES, 'poison'] as const;
        const queues = names.map((lane) => ({ lane, url: findQueue(urls, { stage, lane, kind: 'Queue' }) }));
        const ages = await agesOf(clients, { region, until, signal, urls: queues.map(({ url }) => url) });
        const states = queues.map(async ({ lane, url }, index): Promise<LaneState> => {
          const letters = lane === 'poison' ? undefined : findQueue(urls, { stage, lane, kind: 'DeadLetterQueue' });
          const client = clients.sqs(region);
          const [counts, dead] = await Promise.all([
            count(client, url, { signal }),
            count(client, letters, { signal }),
          ]);
          const oldestMs = ages[index];
          return {
            lane,
            ...counts,
            deadLetters: dead.waiting + dead.inFlight,
            ...(oldestMs !== undefined && { oldestMs }),
          };
        });
        return present(await Promise.all(states));
      } catch (error) {
        return toNamedObservation(error, 'LaneMeter.lanes');
      }
    },
  };
}

/** The peer queue has a name of its own, because other Regions must know it; the others end with a suffix of CloudFormation. */
function findQueue(
  urls: readonly string[],
  { stage, lane, kind }: { readonly stage: string; readonly lane: LaneState['lane']; readonly kind: string },
): string | undefined {
  const id = `${lane.charAt(0).toUpperCase()}${lane.slice(1)}${kind}`;
  return urls.find((url) => {
    const name = nameOf(url);
    return name.startsWith(`holdfast-${stage}-${id}-`) || (id === 'PeerQueue' && name === `holdfast-${stage}-peer`);
  });
}

async function count(
  client: SQSClient,
  url: string | undefined,
  { signal }: Call,
): Promise<Pick<LaneState, 'waiting' | 'inFlight' | 'delayed'>> {
  if (url === undefined) return { waiting: 0, inFlight: 0, delayed: 0 };
  const command = new GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  });
  const { Attributes: attributes = {} } = await client.send(command, { abortSignal: signal });
  return {
    waiting: Number(attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    delayed: Number(attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
  };
}

interface Ages extends Call {
  readonly region: string;
  readonly until: Date;
  readonly urls: readonly (string | undefined)[];
}

/** In milliseconds, in the order of the queues; `undefined` where nothing was published. */
async function agesOf(
  { cloudwatch }: Pick<WatchClients, 'cloudwatch'>,
  { region, until, urls, signal }: Ages,
): Promise<readonly (number | undefined)[]> {
  const questions = urls.map((url) => ({
    namespace: 'AWS/SQS',
    name: 'ApproximateAgeOfOldestMessage',
    dimensions: { QueueName: nameOf(url ?? '') },
    statistic: 'Maximum' as const,
    periodSeconds: 60,
  }));
  const from = new Date(until.getTime() - AGE_WINDOW_MS);
  const points = await readMetrics(await cloudwatch(region), questions, { from, until, signal });
  return points.map((metric) => {
    const last = metric.at(-1);
    return last === undefined ? undefined : last.value * 1_000;
  });
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
