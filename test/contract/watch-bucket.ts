import { type Event, PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { eventually } from '../support/eventually.ts';
import { bodyOf, type BucketWish, createBucket, createQueue, type Queue, take } from './arrange.ts';
import type { Cloud } from './contract.ts';

export interface WatchedBucket {
  readonly bucket: string;
  readonly queue: Queue;
}

export interface WatchWish extends BucketWish {
  readonly prefix?: string;
  readonly suffix?: string;
}

/** A bucket whose events go to a queue; the test event is still in it. */
export async function watchBucket(
  cloud: Cloud,
  events: readonly Event[],
  wish: WatchWish = {},
): Promise<WatchedBucket> {
  const bucket = await createBucket(cloud, wish);
  const queue = await createQueue(cloud);
  const rules = (['prefix', 'suffix'] as const).flatMap((name) =>
    wish[name] === undefined ? [] : [{ Name: name, Value: wish[name] }],
  );
  const configuration = {
    Id: 'watch',
    QueueArn: queue.arn,
    Events: [...events],
    ...(rules.length === 0 ? {} : { Filter: { Key: { FilterRules: rules } } }),
  };
  await cloud.s3(cloud.home).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: { QueueConfigurations: [configuration] },
    }),
  );
  return { bucket, queue };
}

/** A record of a notification, as it is on the wire. */
export interface EventRecord {
  readonly eventName: string;
  readonly awsRegion: string;
  readonly s3: {
    readonly bucket: { readonly name: string; readonly arn: string };
    readonly object: {
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly versionId?: string;
      readonly sequencer?: string;
    };
  };
  readonly replicationEventData?: Readonly<Record<string, string>>;
}

/** The next record in the queue; test events are passed over. */
export async function nextRecord(cloud: Cloud, queue: Queue): Promise<EventRecord> {
  return eventually(
    async () => {
      const body = bodyOf(await take(cloud, queue, { timeoutMs: 6_000 }));
      return Array.isArray(body['Records']) ? (body['Records'][0] as EventRecord) : undefined;
    },
    { timeoutMs: 6_000 },
  );
}
