import type { BucketRef } from './bucket-settings.ts';

/** The partition of a Region: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

export function bucketArn({ bucket, region }: BucketRef): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}`;
}

/** The name of a role, which follows the last slash: roles can have paths. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(Math.max(roleArn.lastIndexOf('/'), roleArn.lastIndexOf(':')) + 1);
}

/** The account in an ARN; empty where it names none, as those of S3 do. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** The Region in an ARN; empty where it names none. */
export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}
