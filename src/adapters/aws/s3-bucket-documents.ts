import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  PutBucketLifecycleConfigurationCommand,
  type PutBucketLifecycleConfigurationCommandInput,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  type PutBucketReplicationCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DocumentName, JsonObject, SettingDocument } from '../../model/wiring.ts';
import { present } from '../../model/observation.ts';
import type { BucketDocuments } from '../../ports.ts';
import type { Clients } from './clients.ts';
import { type KeptAnswer, keepAnswer } from './keep-answer.ts';
import { unlessNone } from './s3-setting.ts';
import { toObservation, translateError } from './translate-error.ts';

interface Place {
  readonly client: S3Client;
  readonly bucket: string;
  /** Refused where the bucket is another account's: names are given again after a deletion. */
  readonly account: string;
  readonly signal: AbortSignal;
}

type Answer = object;

const READERS: Readonly<Record<DocumentName, (place: Place, keep: KeptAnswer) => Promise<JsonObject>>> = {
  async notifications({ client, bucket, account, signal }, keep) {
    const command = keep.of(
      new GetBucketNotificationConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: account }),
    );
    return withoutMetadata(await client.send(command, { abortSignal: signal }));
  },
  async replication({ client, bucket, account, signal }, keep) {
    const command = keep.of(new GetBucketReplicationCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    const answer = await unlessNone(client.send(command, { abortSignal: signal }));
    return { ...answer?.ReplicationConfiguration };
  },
  async lifecycle({ client, bucket, account, signal }, keep) {
    const command = keep.of(
      new GetBucketLifecycleConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: account }),
    );
    const answer = await unlessNone(client.send(command, { abortSignal: signal }));
    return answer === undefined ? {} : withoutMetadata(answer);
  },
};

function withoutMetadata(answer: Answer): JsonObject {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== '$metadata'));
}

/**
 * Whole configurations of buckets, for whoever changes a part of one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export function createS3BucketDocuments(clients: Pick<Clients, 's3'>): BucketDocuments {
  return {
    async read({ bucket, region, account }, name, { signal }) {
      try {
        const keep = keepAnswer();
        const document = await READERS[name]({ client: clients.s3(region), bucket, account, signal }, keep);
        const unknown = keep.elements().filter((element) => !KNOWN[name].has(element));
        return present<SettingDocument>({ document, unknown });
      } catch (error) {
        return toObservation(error, `BucketDocuments.${name}`);
      }
    },
    async write({ bucket, region, account }, name, { document, signal, validate = true }) {
      const client = clients.s3(region);
      const at = { Bucket: bucket, ExpectedBucketOwner: account };
      const options = { abortSignal: signal };
      try {
        if (name === 'notifications')
          await client.send(
            new PutBucketNotificationConfigurationCommand({
              ...at,
              NotificationConfiguration: document,
              ...(validate ? {} : { SkipDestinationValidation: true }),
            }),
            options,
          );
        else if (name === 'replication')
          await client.send(new PutBucketReplicationCommand(toReplication(at, document)), options);
        else await client.send(new PutBucketLifecycleConfigurationCommand(toLifecycle(at, document)), options);
      } catch (error) {
        throw translateError(error, `BucketDocuments.${name}`);
      }
    },
  };
}

type Owned = { readonly Bucket: string; readonly ExpectedBucketOwner: string };

function toReplication(at: Owned, document: JsonObject): PutBucketReplicationCommandInput {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what the API gave, with a member more
  return { ...at, ReplicationConfiguration: document } as unknown as PutBucketReplicationCommandInput;
}

/** The API gives it beside the rules, and takes it as a header. */
function toLifecycle(at: Owned, document: JsonObject): PutBucketLifecycleConfigurationCommandInput {
  const { TransitionDefaultMinimumObjectSize, Rules } = document;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what the API gave, with a rule more
  return {
    ...at,
    LifecycleConfiguration: { Rules },
    ...(TransitionDefaultMinimumObjectSize === undefined ? {} : { TransitionDefaultMinimumObjectSize }),
  } as PutBucketLifecycleConfigurationCommandInput;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Elements that the SDK reads and writes again; it passes over others without a word. */
const KNOWN: Readonly<Record<DocumentName, ReadonlySet<string>>> = {
  notifications: names(
    `NotificationConfiguration TopicConfiguration QueueConfiguration CloudFunctionConfiguration EventBridgeConfiguration
     Id Topic Queue CloudFunction Event Filter S3Key FilterRule Name Value`,
  ),
  replication: names(
    `ReplicationConfiguration Role Rule ID Priority Prefix Filter And Tag Key Value Status SourceSelectionCriteria
     SseKmsEncryptedObjects ReplicaModifications ExistingObjectReplication Destination Bucket Account StorageClass
     AccessControlTranslation Owner EncryptionConfiguration ReplicaKmsKeyID ReplicationTime Time Minutes Metrics EventThreshold
     DeleteMarkerReplication`,
  ),
  lifecycle: names(
    `LifecycleConfiguration Rule ID Prefix Filter And Tag Key Value ObjectSizeGreaterThan ObjectSizeLessThan Status Expiration
     Date Days ExpiredObjectDeleteMarker Transition StorageClass NoncurrentVersionTransition NoncurrentDays
     NewerNoncurrentVersions NoncurrentVersionExpiration AbortIncompleteMultipartUpload DaysAfterInitiation`,
  ),
};
