import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DESTINATION, type Place, REPLICATED_PREFIX, SOURCE } from './places.ts';

export async function createVersionedBucket(client: S3Client, { bucket, region }: Place): Promise<void> {
  const location = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...location }));
  await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

/** One rule from the source to the destination. */
export async function replicate(client: S3Client, account: string): Promise<void> {
  await client.send(
    new PutBucketReplicationCommand({
      Bucket: SOURCE.bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${account}:role/s3-replication`,
        Rules: [
          {
            ID: 'orders-to-euw1',
            Priority: 1,
            Status: 'Enabled',
            Filter: { Prefix: REPLICATED_PREFIX },
            DeleteMarkerReplication: { Status: 'Disabled' },
            Destination: { Bucket: `arn:aws:s3:::${DESTINATION.bucket}` },
          },
        ],
      },
    }),
  );
}

/** What the README tells an operator to do once per bucket. */
export async function notify(client: S3Client, bucket: string, queueArn: string): Promise<void> {
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          { Id: 'holdfast', QueueArn: queueArn, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] },
        ],
      },
    }),
  );
}
