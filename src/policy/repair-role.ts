import { bucketArn } from '../model/arn.ts';
import { toPolicyDocument } from '../model/policy-document.ts';
import type { ReplicationJobRequest } from '../model/replication-job.ts';
import { awsCommand } from '../model/shell-command.ts';
import { addToRole } from './policy-commands.ts';

const TRUST = { Effect: 'Allow', Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Action: 'sts:AssumeRole' };

/**
 * Makes the role that a job needs, and no more than it needs.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-batch-replication-policies.html
 */
export function createJobRole(
  name: string,
  { source, region, report }: Pick<ReplicationJobRequest, 'source' | 'region' | 'report'>,
): readonly string[] {
  const arn = bucketArn({ bucket: source, region });
  const statements = [
    { Effect: 'Allow', Action: ['s3:InitiateReplication'], Resource: `${arn}/*` },
    { Effect: 'Allow', Action: ['s3:GetReplicationConfiguration', 's3:PutInventoryConfiguration'], Resource: arn },
    ...(report === undefined
      ? []
      : [
          {
            Effect: 'Allow',
            Action: ['s3:PutObject'],
            Resource: `${bucketArn({ bucket: report.bucket, region })}/${report.prefix}/*`,
          },
        ]),
  ];
  return [
    awsCommand('iam create-role', { 'role-name': name, 'assume-role-policy-document': toPolicyDocument([TRUST]) }),
    addToRole(name, 'replicate-again', statements),
  ];
}
