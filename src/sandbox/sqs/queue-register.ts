import { AwsError, notImplemented } from '../aws-error.ts';
import type { Platform } from '../platform.ts';
import { createQueue, type Queue } from './queue.ts';

/** All queues of all Regions. */
export interface QueueRegister {
  find(arn: string): Queue | undefined;
  /** The queue that a URL names, seen from a Region. Throws `AwsError`. */
  findByUrl(url: string, region: string): Queue;
  /** Returns the existing queue of that name unchanged. */
  create(name: string, region: string, attributes?: Readonly<Record<string, unknown>>): Queue;
  delete(arn: string): void;
  all(): readonly Queue[];
  urlOf(queue: Queue): string;
  arnOf(region: string, name: string): string;
  close(): void;
}

export function createQueueRegister(platform: Pick<Platform, 'account' | 'clock' | 'random' | 'url'>): QueueRegister {
  const { account } = platform;
  const queues = new Map<string, Queue>();
  const arnOf = (region: string, name: string): string => `arn:aws:sqs:${region}:${account}:${name}`;

  return {
    find: (arn) => queues.get(arn),
    /** The last segments of the URL name Region, account and queue; AWS has the Region in the host. */
    findByUrl(url, region) {
      const [queueRegion = '', owner, name = ''] = url.split('/').slice(-3);
      if (queueRegion !== region) {
        const message = `Credential should be scoped to the Region of the queue, ${queueRegion}, not '${region}'.`;
        throw new AwsError('SignatureDoesNotMatch', 403, message);
      }
      const queue = owner === account ? queues.get(arnOf(region, name)) : undefined;
      if (queue === undefined) throw new AwsError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
      return queue;
    },
    create(name, region, attributes = {}) {
      const existing = queues.get(arnOf(region, name));
      if (existing !== undefined) return existing;
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) throw notImplemented(`queues with the name ${name}`);
      const queue = createQueue(name, region, account, { ...platform, deadLetterQueue: (arn) => queues.get(arn) });
      queue.change(attributes);
      queues.set(queue.arn, queue);
      return queue;
    },
    delete(arn) {
      queues.get(arn)?.close();
      queues.delete(arn);
    },
    all: () => [...queues.values()],
    urlOf: ({ region, name }) => `${platform.url()}/${region}/${account}/${name}`,
    arnOf,
    close() {
      for (const queue of queues.values()) queue.close();
    },
  };
}
