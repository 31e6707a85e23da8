import { bucketArn } from '../model/arn.ts';
import type { BucketRef } from '../model/bucket-settings.ts';
import { toPolicyDocument } from '../model/policy-document.ts';
import type { JobReport } from '../model/replication-job.ts';
import { awsCommand } from '../model/shell-command.ts';
import { addToRole } from './policy-commands.ts';

const TRUST = { Effect: 'Allow', Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Action: 'sts:AssumeRole' };

export interface ChecksumRoleNeeds {
  readonly buckets: readonly BucketRef[];
  /** Where lists and reports are. */
  readonly places: readonly (JobReport & Pick<BucketRef, 'region'>)[];
}

/**
 * Makes the role that jobs need which compute checksums, and no more than they need. Where objects are under a KMS key of the
 * customer, the role needs kms:Decrypt with it besides.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html
 */
export function createChecksumRole(name: string, { buckets, places }: ChecksumRoleNeeds): readonly string[] {
  const kept = places.map(({ bucket, region, prefix }) => `${bucketArn({ bucket, region })}/${prefix}/*`);
  const statements = [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: [...buckets.map((place) => `${bucketArn(place)}/*`), ...kept],
    },
    { Effect: 'Allow', Action: ['s3:PutObject'], Resource: kept },
  ];
  return [
    awsCommand('iam create-role', { 'role-name': name, 'assume-role-policy-document': toPolicyDocument([TRUST]) }),
    addToRole(name, 'compute-checksums', statements),
  ];
}
