import type { BucketSettingName } from './bucket-settings.ts';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const PERMISSIONS: Readonly<Record<BucketSettingName, string>> = {
  versioning: 's3:GetBucketVersioning',
  replication: 's3:GetReplicationConfiguration',
  lifecycle: 's3:GetLifecycleConfiguration',
  encryption: 's3:GetEncryptionConfiguration',
  notifications: 's3:GetBucketNotification',
  objectLock: 's3:GetBucketObjectLockConfiguration',
  ownership: 's3:GetBucketOwnershipControls',
  publicAccessBlock: 's3:GetBucketPublicAccessBlock',
  policy: 's3:GetBucketPolicy and s3:GetBucketPolicyStatus',
  uploads: 's3:ListBucketMultipartUploads',
};

/** What whoever asks for a setting of a bucket must be allowed. */
export function permissionFor(setting: BucketSettingName): string {
  return PERMISSIONS[setting];
}
