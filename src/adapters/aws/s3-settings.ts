import {
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListMultipartUploadsCommand,
  type FilterRule,
} from '@aws-sdk/client-s3';
import type { BucketSettings, NotificationEntry } from '../../model/bucket-settings.ts';
import { type SettingReader, unlessNone } from './s3-setting.ts';

export const readVersioning: SettingReader<BucketSettings['versioning']> = async ({ client, bucket, signal }) => {
  const command = new GetBucketVersioningCommand({ Bucket: bucket });
  const { Status: status = 'Off', MFADelete: mfaDelete } = await client.send(command, { abortSignal: signal });
  return { status, mfaDelete: mfaDelete === 'Enabled' };
};

/** The first rule: S3 allows one. */
export const readEncryption: SettingReader<BucketSettings['encryption']> = async ({ client, bucket, signal }) => {
  const command = new GetBucketEncryptionCommand({ Bucket: bucket });
  const answer = await unlessNone(client.send(command, { abortSignal: signal }));
  const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
  if (rule === undefined) return undefined;
  const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: kmsKeyId } =
    rule.ApplyServerSideEncryptionByDefault ?? {};
  return { algorithm, bucketKey: rule.BucketKeyEnabled === true, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) };
};

/** Always there; empty where nobody is notified. */
export const readNotifications: SettingReader<BucketSettings['notifications']> = async ({ client, bucket, signal }) => {
  const command = new GetBucketNotificationConfigurationCommand({ Bucket: bucket });
  const answer = await client.send(command, { abortSignal: signal });
  const entries = [
    ...(answer.TopicConfigurations ?? []).map((entry) => toEntry('topic', entry.TopicArn, entry)),
    ...(answer.QueueConfigurations ?? []).map((entry) => toEntry('queue', entry.QueueArn, entry)),
    ...(answer.LambdaFunctionConfigurations ?? []).map((entry) => toEntry('function', entry.LambdaFunctionArn, entry)),
  ];
  return { entries, eventBridge: answer.EventBridgeConfiguration !== undefined };
};

interface SdkEntry {
  readonly Id?: string | undefined;
  readonly Events: readonly string[] | undefined;
  readonly Filter?:
    | { readonly Key?: { readonly FilterRules?: readonly FilterRule[] | undefined } | undefined }
    | undefined;
}

function toEntry(
  kind: NotificationEntry['kind'],
  targetArn: string | undefined,
  { Id: id, Events: events, Filter: filter }: SdkEntry,
): NotificationEntry {
  const valueOf = (name: string): string =>
    filter?.Key?.FilterRules?.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? '';
  return {
    ...(id === undefined ? {} : { id }),
    kind,
    targetArn: targetArn ?? '',
    events: events ?? [],
    prefix: valueOf('prefix'),
    suffix: valueOf('suffix'),
  };
}

export const readObjectLock: SettingReader<BucketSettings['objectLock']> = async ({ client, bucket, signal }) => {
  const command = new GetObjectLockConfigurationCommand({ Bucket: bucket });
  const answer = await unlessNone(client.send(command, { abortSignal: signal }));
  const { ObjectLockEnabled: enabled, Rule: rule } = answer?.ObjectLockConfiguration ?? {};
  if (enabled === undefined) return undefined;
  const { Mode: mode, Days: days, Years: years } = rule?.DefaultRetention ?? {};
  const defaultRetention =
    mode === undefined
      ? {}
      : {
          defaultRetention: {
            mode,
            ...(days === undefined ? {} : { days }),
            ...(years === undefined ? {} : { years }),
          },
        };
  return { enabled: enabled === 'Enabled', ...defaultRetention };
};

export const readOwnership: SettingReader<string> = async ({ client, bucket, signal }) => {
  const command = new GetBucketOwnershipControlsCommand({ Bucket: bucket });
  const answer = await unlessNone(client.send(command, { abortSignal: signal }));
  return answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
};

export const readPublicAccessBlock: SettingReader<BucketSettings['publicAccessBlock']> = async (asked) => {
  const command = new GetPublicAccessBlockCommand({ Bucket: asked.bucket });
  const answer = await unlessNone(asked.client.send(command, { abortSignal: asked.signal }));
  const block = answer?.PublicAccessBlockConfiguration;
  if (block === undefined) return undefined;
  return {
    blockPublicAcls: block.BlockPublicAcls === true,
    ignorePublicAcls: block.IgnorePublicAcls === true,
    blockPublicPolicy: block.BlockPublicPolicy === true,
    restrictPublicBuckets: block.RestrictPublicBuckets === true,
  };
};

/** S3 itself says whether a policy is public, better than anybody who reads it. */
export const readPolicy: SettingReader<BucketSettings['policy']> = async ({ client, bucket, signal }) => {
  const options = { abortSignal: signal };
  const policy = await unlessNone(client.send(new GetBucketPolicyCommand({ Bucket: bucket }), options));
  if (policy?.Policy === undefined) return undefined;
  const status = await unlessNone(client.send(new GetBucketPolicyStatusCommand({ Bucket: bucket }), options));
  return { json: policy.Policy, isPublic: status?.PolicyStatus?.IsPublic === true };
};

/** The first page: an operator who has more of them knows enough. S3 lists by key, so the page is put in order here. */
export const readUploads: SettingReader<BucketSettings['uploads']> = async ({ client, bucket, signal }) => {
  const command = new ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads: 1_000 });
  const { Uploads: uploads = [] } = await client.send(command, { abortSignal: signal });
  return uploads
    .map(({ Key: key = '', UploadId: uploadId = '', Initiated: initiatedAt = new Date(0) }) => ({
      key,
      uploadId,
      initiatedAt,
    }))
    .toSorted((a, b) => a.initiatedAt.getTime() - b.initiatedAt.getTime());
};
