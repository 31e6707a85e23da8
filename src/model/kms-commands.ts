import type { BucketRef } from './bucket-settings.ts';
import { awsCommand } from './shell-command.ts';

/** Quota `Cryptographic operations (symmetric) request rate`. https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html */
export const KMS_QUOTA = { service: 'kms', code: 'L-6E3AF000' } as const;

/** Asks AWS for a higher rate of symmetric cryptographic operations. */
export function requestKmsQuota(region: string, perSecond: number): string {
  return awsCommand('service-quotas request-service-quota-increase', {
    'service-code': KMS_QUOTA.service,
    'quota-code': KMS_QUOTA.code,
    'desired-value': String(perSecond),
    region,
  });
}

/** Shows the rate that applies now. */
export function showKmsQuota(region: string): string {
  return awsCommand('service-quotas get-service-quota', {
    'service-code': KMS_QUOTA.service,
    'quota-code': KMS_QUOTA.code,
    query: 'Quota.Value',
    region,
  });
}

/** Makes new objects of a bucket share data keys of the bucket. Without a key: that of AWS for S3. */
export function useBucketKey({ bucket, region }: BucketRef, kmsKeyId: string | undefined): string {
  const ofKey = kmsKeyId === undefined ? {} : { KMSMasterKeyID: kmsKeyId };
  return awsCommand('s3api put-bucket-encryption', {
    bucket,
    region,
    'server-side-encryption-configuration': {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', ...ofKey }, BucketKeyEnabled: true }],
    },
  });
}
