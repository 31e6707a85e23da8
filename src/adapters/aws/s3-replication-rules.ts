import {
  GetBucketReplicationCommand,
  type ReplicationRule as SdkRule,
  type ReplicationRuleFilter,
} from '@aws-sdk/client-s3';
import type { ReplicationRule, ReplicationSettings } from '../../model/bucket-settings.ts';
import { type SettingReader, toTags, unlessNone } from './s3-setting.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html */
export const readReplication: SettingReader<ReplicationSettings> = async ({ client, bucket, signal }) => {
  const command = new GetBucketReplicationCommand({ Bucket: bucket });
  const answer = await unlessNone(client.send(command, { abortSignal: signal }));
  const { Role: role = '', Rules: rules = [] } = answer?.ReplicationConfiguration ?? {};
  return answer === undefined ? undefined : { role, rules: rules.map((rule) => toRule(rule)) };
};

function toRule(rule: SdkRule): ReplicationRule {
  const { Filter: filter, Destination: destination, SourceSelectionCriteria: selection } = rule;
  const account = destination?.Account;
  const storageClass = destination?.StorageClass;
  const replicaKmsKeyId = destination?.EncryptionConfiguration?.ReplicaKmsKeyID;
  return {
    id: rule.ID ?? '',
    enabled: rule.Status === 'Enabled',
    priority: rule.Priority ?? 0,
    ...toFilter(filter, rule),
    // A rule without a filter is of the first version, which always replicates the markers of user deletes.
    deleteMarkers: filter === undefined || rule.DeleteMarkerReplication?.Status === 'Enabled',
    kmsObjects: selection?.SseKmsEncryptedObjects?.Status === 'Enabled',
    replicaModifications: selection?.ReplicaModifications?.Status === 'Enabled',
    destinationBucket: (destination?.Bucket ?? '').replace(/^arn:[^:]*:s3:::/, ''),
    ...(account === undefined ? {} : { destinationAccount: account }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(replicaKmsKeyId === undefined ? {} : { replicaKmsKeyId }),
    ownerOverride: destination?.AccessControlTranslation?.Owner === 'Destination',
    metrics: destination?.Metrics?.Status === 'Enabled',
    timeControl: destination?.ReplicationTime?.Status === 'Enabled',
  };
}

function toFilter(filter: ReplicationRuleFilter | undefined, rule: SdkRule): Pick<ReplicationRule, 'prefix' | 'tags'> {
  if (filter === undefined) return { prefix: rule.Prefix ?? '', tags: {} };
  const tag = filter.Tag === undefined ? [] : [filter.Tag];
  return { prefix: filter.Prefix ?? filter.And?.Prefix ?? '', tags: toTags(filter.And?.Tags ?? tag) };
}
