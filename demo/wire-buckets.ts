import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type ReplicationRule,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Place, REPLICATION_ROLE, type Way } from './places.ts';
import type { KeyUse, Scenery } from './scenery.ts';

/** What every bucket of the show has; `holdfast doctor` finds fault with one that lacks it. */
const ABORT_UPLOADS: LifecycleRule = {
  ID: 'abort-unfinished-uploads',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

/** What replication of S3, with Replication Time Control, is told: 15 minutes. */
const COMMITTED = { Minutes: 15 } as const;

/** A bucket as it should be: versions are kept, nobody else can read it, and what nobody completes goes away. */
export async function createRightBucket(client: S3Client, { bucket, region }: Place): Promise<void> {
  const Bucket = bucket;
  const location =
    region === 'us-east-1'
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  await client.send(new CreateBucketCommand({ Bucket, ...location }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await client.send(
    new PutPublicAccessBlockCommand({
      Bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await putLifecycle(client, bucket, []);
}

/** These rules beside the one that every bucket has. */
export async function putLifecycle(client: S3Client, Bucket: string, rules: readonly LifecycleRule[]): Promise<void> {
  const LifecycleConfiguration = { Rules: [ABORT_UPLOADS, ...rules] };
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
}

/** One rule for each of the ways that begin at one bucket. */
export async function replicate(client: S3Client, bucket: string, ways: readonly Way[]): Promise<void> {
  await client.send(
    new PutBucketReplicationCommand({
      Bucket: bucket,
      ReplicationConfiguration: { Role: REPLICATION_ROLE, Rules: ways.map(toRule) },
    }),
  );
}

function toRule({ rule, prefix, to, twoWay, replicaKey }: Way, index: number): ReplicationRule {
  const keyed = replicaKey !== undefined;
  return {
    ID: rule,
    Priority: index + 1,
    Status: 'Enabled',
    Filter: { Prefix: prefix },
    DeleteMarkerReplication: { Status: 'Enabled' },
    SourceSelectionCriteria: {
      ...(keyed ? { SseKmsEncryptedObjects: { Status: 'Enabled' } } : {}),
      ...(twoWay ? { ReplicaModifications: { Status: 'Enabled' } } : {}),
    },
    Destination: {
      Bucket: arnOf(to),
      ...(keyed ? { EncryptionConfiguration: { ReplicaKmsKeyID: replicaKey } } : {}),
      ReplicationTime: { Status: 'Enabled', Time: COMMITTED },
      Metrics: { Status: 'Enabled', EventThreshold: COMMITTED },
    },
  };
}

/** What the README tells an operator to do once per bucket. */
export async function notify(client: S3Client, bucket: string, queueArn: string): Promise<void> {
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Id: 'holdfast',
            QueueArn: queueArn,
            Events: [
              's3:ObjectCreated:*',
              's3:ObjectRemoved:*',
              's3:ReducedRedundancyLostObject',
              's3:ObjectRestore:*',
              's3:ObjectTagging:*',
              's3:ObjectAcl:Put',
              's3:LifecycleExpiration:*',
              's3:LifecycleTransition',
              's3:Replication:*',
            ],
          },
        ],
      },
    }),
  );
}

/** The role that S3 replicates with, and Batch Operations repeats it with: it may do that and nothing else. */
export async function createReplicationRole(
  iam: IAMClient,
  account: string,
  { buckets: places, keys, reports }: Pick<Scenery, 'buckets' | 'keys' | 'reports'>,
): Promise<void> {
  const RoleName = REPLICATION_ROLE.slice(REPLICATION_ROLE.lastIndexOf('/') + 1);
  const AssumeRolePolicyDocument = policy([
    {
      Effect: 'Allow',
      Principal: { Service: ['s3.amazonaws.com', 'batchoperations.s3.amazonaws.com'] },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ]);
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const buckets = places.map(arnOf);
  const objects = buckets.map((arn) => `${arn}/*`);
  const reportTo = (place: Place): object => ({
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
    Resource: `${arnOf(place)}/*`,
  });
  const PolicyDocument = policy([
    {
      Effect: 'Allow',
      Action: ['s3:GetReplicationConfiguration', 's3:ListBucket', 's3:PutInventoryConfiguration'],
      Resource: buckets,
    },
    {
      Effect: 'Allow',
      Action: [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
        's3:GetObjectRetention',
        's3:GetObjectLegalHold',
        's3:ReplicateObject',
        's3:ReplicateDelete',
        's3:ReplicateTags',
        's3:InitiateReplication',
      ],
      Resource: objects,
    },
    ...(reports === undefined ? [] : [reportTo(reports)]),
    ...keys.map(useKey),
  ]);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'replicate', PolicyDocument }));
}

function useKey({ arn, place, action }: KeyUse): object {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: arn,
    Condition: {
      StringLike: {
        'kms:ViaService': `s3.${place.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': [arnOf(place), `${arnOf(place)}/*`],
      },
    },
  };
}

function policy(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function arnOf({ bucket }: Place): string {
  return `arn:aws:s3:::${bucket}`;
}
