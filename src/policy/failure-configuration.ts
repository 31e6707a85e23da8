import { awsCommand, holdfastCommand, quote } from '../model/shell-command.ts';
import type { Places } from './failure-places.ts';
import { doctor, type FailureSteps, repairFailed } from './failure-steps.ts';

export type ConfigurationReason =
  | 'DstBucketNotFound'
  | 'DstBucketObjectLockConfigMissing'
  | 'DstBucketUnversioned'
  | 'SrcBucketNotFound'
  | 'SrcBucketReplicationConfigMissing';

/** What to do about a bucket that is not set up for what the rule wants of it. */
export function configurationSteps(reason: ConfigurationReason, places: Places): FailureSteps {
  const { source, destination } = places;
  const there = { bucket: destination.bucket, region: destination.region };
  const verify = [doctor(places)];
  const repeat = [repairFailed(places)];
  const ownerOfDestination = `owner of the destination bucket (account ${destination.account})`;
  const ownerOfSource = `owner of the source bucket (account ${source.account})`;
  switch (reason) {
    case 'DstBucketNotFound':
      return {
        who: ownerOfSource,
        what: `Create ${destination.bucket} again, with versioning, or correct the destination of the rule ${places.ruleId}; nobody else must get the name.`,
        statements: [{ Destination: { Bucket: destination.arn } }],
        fix: [createBucket(there), switchOnVersioning(there)],
        verify: [awsCommand('s3api head-bucket', there), ...verify],
        repeat: [existing(places)],
      };
    case 'DstBucketObjectLockConfigMissing':
      return {
        who: ownerOfDestination,
        what: `Switch on Object Lock for ${destination.bucket}: it cannot be switched off again.`,
        statements: [{ ObjectLockEnabled: 'Enabled' }],
        fix: [
          awsCommand('s3api put-object-lock-configuration', {
            ...there,
            'object-lock-configuration': { ObjectLockEnabled: 'Enabled' },
          }),
        ],
        verify: [awsCommand('s3api get-object-lock-configuration', there), ...verify],
        repeat,
      };
    case 'DstBucketUnversioned':
      return {
        who: ownerOfDestination,
        what: `Switch on versioning for ${destination.bucket}.`,
        statements: [{ Status: 'Enabled' }],
        fix: [switchOnVersioning(there)],
        verify: [awsCommand('s3api get-bucket-versioning', there), ...verify],
        repeat,
      };
    case 'SrcBucketNotFound':
      return {
        who: ownerOfSource,
        what: `Find out who deleted ${source.bucket}; what was replicated is in ${destination.bucket}, which nobody should delete now.`,
        statements: [],
        fix: [],
        verify: [awsCommand('s3api head-bucket', { bucket: source.bucket, region: source.region })],
        repeat: [],
      };
    case 'SrcBucketReplicationConfigMissing':
      return {
        who: ownerOfSource,
        what: `Put the rules of ${source.bucket} back; \`holdfast doctor\` prints a configuration that replicates the whole bucket.`,
        statements: [],
        fix: verify,
        verify: [awsCommand('s3api get-bucket-replication', { bucket: source.bucket, region: source.region })],
        repeat: [...repeat, existing(places)],
      };
    default:
      return reason satisfies never;
  }
}

type Bucket = Readonly<Record<'bucket' | 'region', string>>;

/** us-east-1 is the only Region that must not be named as a location. */
function createBucket({ bucket, region }: Bucket): string {
  const location = region === 'us-east-1' ? undefined : { LocationConstraint: region };
  return awsCommand('s3api create-bucket', { bucket, region, 'create-bucket-configuration': location });
}

function switchOnVersioning(bucket: Bucket): string {
  return awsCommand('s3api put-bucket-versioning', { ...bucket, 'versioning-configuration': { Status: 'Enabled' } });
}

/** Everything that the destination lost, or never got, not only what failed. */
function existing({ pair, destination }: Places): string {
  return holdfastCommand(`repair ${quote(pair)}`, { missing: true, to: destination.bucket });
}
