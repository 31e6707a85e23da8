import { bucketArn } from './arn.ts';
import type { BucketRef, ReplicationRule, ReplicationSettings } from './bucket-settings.ts';
import { toFilter, toTagList } from './filter-document.ts';
import { awsCommand } from './shell-command.ts';

/** Replication Time Control knows one threshold: 15 minutes. */
const FIFTEEN_MINUTES = { Minutes: 15 } as const;

/**
 * The command that gives a bucket these rules. S3 replaces the whole configuration, so it names every rule; rules of the first
 * version, without a filter, become rules of the second that do the same. Without rules the configuration is removed.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 */
export function putReplication({ bucket, region }: BucketRef, settings: ReplicationSettings): string {
  if (settings.rules.length === 0) return awsCommand('s3api delete-bucket-replication', { bucket, region });
  const document = toReplicationDocument(settings, region);
  return awsCommand('s3api put-bucket-replication', { bucket, region, 'replication-configuration': document });
}

/** Rules as the API takes them. */
export function toReplicationDocument({ role, rules }: ReplicationSettings, region: string): object {
  // Rules of the first version have no priority, and S3 takes no two rules of the same.
  const unique = new Set(rules.map(({ priority }) => priority)).size === rules.length;
  return {
    Role: role,
    Rules: rules.map((rule, index) => ({
      ...(rule.id === '' ? {} : { ID: rule.id }),
      Priority: unique ? rule.priority : index,
      Status: status(rule.enabled),
      Filter: toFilter({ prefix: rule.prefix, tags: toTagList(rule.tags), others: {} }),
      // Not possible for rules that filter by tags.
      DeleteMarkerReplication: { Status: status(rule.deleteMarkers && Object.keys(rule.tags).length === 0) },
      ...toSelection(rule),
      Destination: toDestination(rule, region),
    })),
  };
}

function status(enabled: boolean): string {
  return enabled ? 'Enabled' : 'Disabled';
}

function toSelection({ kmsObjects, replicaModifications }: ReplicationRule): object {
  if (!kmsObjects && !replicaModifications) return {};
  return {
    SourceSelectionCriteria: {
      ...(kmsObjects ? { SseKmsEncryptedObjects: { Status: 'Enabled' } } : {}),
      ...(replicaModifications ? { ReplicaModifications: { Status: 'Enabled' } } : {}),
    },
  };
}

function toDestination(rule: ReplicationRule, region: string): object {
  const { destinationBucket: bucket, destinationAccount, storageClass, replicaKmsKeyId, ownerOverride } = rule;
  return {
    Bucket: bucketArn({ bucket, region }),
    ...(destinationAccount === undefined ? {} : { Account: destinationAccount }),
    ...(storageClass === undefined ? {} : { StorageClass: storageClass }),
    ...(ownerOverride ? { AccessControlTranslation: { Owner: 'Destination' } } : {}),
    ...(replicaKmsKeyId === undefined ? {} : { EncryptionConfiguration: { ReplicaKmsKeyID: replicaKmsKeyId } }),
    ...(rule.timeControl ? { ReplicationTime: { Status: 'Enabled', Time: FIFTEEN_MINUTES } } : {}),
    ...toMetrics(rule),
  };
}

function toMetrics({ metrics, timeControl }: ReplicationRule): object {
  if (timeControl) return { Metrics: { Status: 'Enabled', EventThreshold: FIFTEEN_MINUTES } };
  return metrics ? { Metrics: { Status: 'Enabled' } } : {};
}
