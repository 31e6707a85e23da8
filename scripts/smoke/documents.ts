import type { ReplicationConfiguration } from '@aws-sdk/client-s3';
import type { RunKeys } from './stage.ts';
import type { RunNames, RunPlaces } from './names.ts';

/** Objects under these prefixes are replicated, and then something about them is not: the role is denied it. */
export const DENIED = { object: 'denied-object/', tags: 'denied-tags/', marker: 'denied-marker/' } as const;

interface Setting extends RunPlaces {
  readonly account: string;
  readonly names: RunNames;
  readonly keys?: RunKeys;
}

/** Lets S3 in the run's buckets, and the run's rule, send to a queue of the run. */
export function queuePolicy({ account, names, source }: Setting, queueArn: string): string {
  const buckets = names.buckets.map(({ name }) => `arn:aws:s3:::${name}`);
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn };
  const ofAccount = { 'aws:SourceAccount': account };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...send,
        Principal: { Service: 's3.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': buckets }, StringEquals: ofAccount },
      },
      {
        ...send,
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:${source}:${account}:rule/${names.rule}` } },
      },
    ],
  });
}

export const REPLICATION_TRUST: string = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** What replication may do, and what it is denied so that its failures can be seen. */
export function replicationPolicy({ names, keys, source, destination }: Setting): string {
  const from = `arn:aws:s3:::${names.sourceBucket}`;
  const to = `arn:aws:s3:::${names.replicaBucket}`;
  const deny = (Action: string, prefix: string): object => ({ Effect: 'Deny', Action, Resource: `${to}/${prefix}*` });
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'], Resource: from },
      {
        Effect: 'Allow',
        Action: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
        Resource: `${from}/*`,
      },
      {
        Effect: 'Allow',
        Action: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'],
        Resource: `${to}/*`,
      },
      deny('s3:ReplicateObject', DENIED.object),
      deny('s3:ReplicateTags', DENIED.tags),
      deny('s3:ReplicateDelete', DENIED.marker),
      ...(keys === undefined
        ? []
        : [
            useKey('kms:Decrypt', keys.source, { region: source, bucketArn: from }),
            useKey('kms:Encrypt', keys.destination, { region: destination, bucketArn: to }),
            useKey('kms:GenerateDataKey', keys.destination, { region: destination, bucketArn: to }),
          ]),
    ],
  });
}

function useKey(
  Action: string,
  Resource: string,
  { region, bucketArn }: { readonly region: string; readonly bucketArn: string },
): object {
  return {
    Effect: 'Allow',
    Action,
    Resource,
    Condition: {
      StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, `${bucketArn}/*`] },
    },
  };
}

/** One rule for the whole bucket, with metrics: without them S3 sends no events about replication. */
export function replicationRules(
  names: RunNames,
  roleArn: string,
  keys: RunKeys | undefined,
): ReplicationConfiguration {
  return {
    Role: roleArn,
    Rules: [
      {
        ID: 'smoke',
        Priority: 1,
        Status: 'Enabled',
        Filter: { Prefix: '' },
        DeleteMarkerReplication: { Status: 'Enabled' },
        ...(keys === undefined ? {} : { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } }),
        Destination: {
          Bucket: `arn:aws:s3:::${names.replicaBucket}`,
          Metrics: { Status: 'Enabled' },
          ...(keys === undefined ? {} : { EncryptionConfiguration: { ReplicaKmsKeyID: keys.destination } }),
        },
      },
    ],
  };
}
