import type { AccessQuestion } from './access.ts';
import { accountOf, bucketArn, partitionOf } from './arn.ts';
import type { ReplicationRule } from './bucket-settings.ts';
import type { BucketConfig } from './config.ts';
import type { Link } from './link.ts';

export interface ReplicationWork {
  readonly link: Link;
  readonly roleArn: string;
  /** To this destination, enabled. */
  readonly rules: readonly ReplicationRule[];
  /** Whether the source has Object Lock. */
  readonly objectLock: boolean;
  /** Whether the source encrypts with a bucket key, which replicas then do too. */
  readonly bucketKey: boolean;
  /** ARNs of keys. */
  readonly sourceKeys: readonly string[];
  readonly replicaKeys: readonly string[];
}

const READ = 's3:GetObjectVersionForReplication';

/**
 * Everything that the replication role must be allowed to do for this work.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export function replicationQuestions(work: ReplicationWork): readonly AccessQuestion[] {
  const { link, rules } = work;
  const prefixes = rules.some(({ prefix }) => prefix === '') ? [''] : [...new Set(rules.map(({ prefix }) => prefix))];
  const onObjects = (end: BucketConfig, actions: readonly string[]): readonly AccessQuestion[] =>
    prefixes.flatMap((prefix) => {
      const at = `${bucketArn(end)}/${prefix}`;
      return actions.map((action) => ask(action, { resource: `${at}*`, example: `${at}any`, end, work }));
    });
  const source = bucketArn(link.source);
  // What the configuration expects is asked for too: a rule that is repaired must find the role ready.
  const deletes = link.policy.expect.deleteMarkers === 'same' || rules.some(({ deleteMarkers }) => deleteMarkers);
  const kms = rules.some(({ kmsObjects }) => kmsObjects);
  return [
    ...['s3:GetReplicationConfiguration', 's3:ListBucket'].map((action) =>
      ask(action, { resource: source, example: source, end: link.source, work }),
    ),
    // Enough for what is not encrypted with KMS, and found in older roles.
    ...(kms
      ? []
      : onObjects(link.source, ['s3:GetObjectVersion']).map((question) => ({ ...question, insteadOf: READ }))),
    ...onObjects(link.source, [
      READ,
      's3:GetObjectVersionAcl',
      's3:GetObjectVersionTagging',
      ...(work.objectLock ? ['s3:GetObjectRetention', 's3:GetObjectLegalHold'] : []),
    ]),
    ...onObjects(link.destination, [
      's3:ReplicateObject',
      's3:ReplicateTags',
      ...(deletes ? ['s3:ReplicateDelete'] : []),
      ...(rules.some(({ ownerOverride }) => ownerOverride) ? ['s3:ObjectOwnerOverrideToBucketOwner'] : []),
    ]),
    ...(kms ? onKeys(work) : []),
  ];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html */
function onKeys(work: ReplicationWork): readonly AccessQuestion[] {
  const { link, bucketKey, sourceKeys, replicaKeys } = work;
  const on = (keyArn: string, end: BucketConfig, actions: readonly string[]): readonly AccessQuestion[] =>
    actions.map((action) => ask(action, { resource: keyArn, example: keyArn, end, work }));
  return [
    ...sourceKeys.flatMap((key) => on(key, link.source, ['kms:Decrypt'])),
    // The object is encrypted either by a data key or directly, and with a bucket key the bucket's is decrypted again.
    ...replicaKeys.flatMap((key) =>
      on(key, link.destination, ['kms:GenerateDataKey', 'kms:Encrypt', ...(bucketKey ? ['kms:Decrypt'] : [])]),
    ),
  ];
}

interface Asked {
  readonly resource: string;
  readonly example: string;
  /** The bucket that the request is about. */
  readonly end: BucketConfig;
  readonly work: ReplicationWork;
}

function ask(action: string, { resource, example, end, work }: Asked): AccessQuestion {
  return {
    action,
    resource,
    example,
    context: { ...callerContext(work.roleArn), ...requestContext(action, { resource, end, work }) },
  };
}

function callerContext(roleArn: string): Readonly<Record<string, string>> {
  return { 'aws:SecureTransport': 'true', 'aws:PrincipalArn': roleArn, 'aws:PrincipalAccount': accountOf(roleArn) };
}

function requestContext(
  action: string,
  { resource, end, work }: Omit<Asked, 'example'>,
): Readonly<Record<string, string>> {
  const place = { 'aws:RequestedRegion': end.region };
  if (!action.startsWith('kms:')) {
    return { ...place, 'aws:ResourceAccount': end.account, 's3:ResourceAccount': end.account };
  }
  const suffix = partitionOf(end.region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    ...place,
    'aws:ResourceAccount': accountOf(resource),
    'kms:ViaService': `s3.${end.region}.${suffix}`,
    'kms:CallerAccount': accountOf(work.roleArn),
    // With a bucket key the context is the bucket, otherwise the object: policies that name only one of them are a trap.
    'kms:EncryptionContext:aws:s3:arn': work.bucketKey ? bucketArn(end) : `${bucketArn(end)}/any`,
  };
}
