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
  return STEPS[reason]({
    places,
    here: { bucket: source.bucket, region: source.region },
    there: { bucket: destination.bucket, region: destination.region },
    ownerOfSource: `owner of the source bucket (account ${source.account})`,
    ownerOfDestination: `owner of the destination bucket (account ${destination.account})`,
  });
}

type Bucket = Readonly<Record<'bucket' | 'region', string>>;

interface Situation {
  readonly places: Places;
  readonly here: Bucket;
  readonly there: Bucket;
  readonly ownerOfSource: string;
  readonly ownerOfDestination: string;
}

const STEPS: Readonly<Record<ConfigurationReason, (situation: Situation) => FailureSteps>> = {
  DstBucketNotFound: ({ places, there, ownerOfSource }) => ({
    who: ownerOfSource,
    what: `Create ${there.bucket} again, with versioning, or correct the destination of the rule ${places.ruleId}; nobody else must get the name.`,
    statements: [{ Destination: { Bucket: places.destination.arn } }],
    fix: [createBucket(there), switchOnVersioning(there)],
    verify: [awsCommand('s3api head-bucket', there), doctor(places)],
    repeat: [repairMissing(places)],
  }),
  DstBucketObjectLockConfigMissing: ({ places, there, ownerOfDestination }) => ({
    who: ownerOfDestination,
    what: `Switch on Object Lock for ${there.bucket}: it cannot be switched off again.`,
    statements: [{ ObjectLockEnabled: 'Enabled' }],
    fix: [
      awsCommand('s3api put-object-lock-configuration', {
        ...there,
        'object-lock-configuration': { ObjectLockEnabled: 'Enabled' },
      }),
    ],
    verify: [awsCommand('s3api get-object-lock-configuration', there), doctor(places)],
    repeat: [repairFailed(places)],
  }),
  DstBucketUnversioned: ({ places, there, ownerOfDestination }) => ({
    who: ownerOfDestination,
    what: `Switch on versioning for ${there.bucket}.`,
    statements: [{ Status: 'Enabled' }],
    fix: [switchOnVersioning(there)],
    verify: [awsCommand('s3api get-bucket-versioning', there), doctor(places)],
    repeat: [repairFailed(places)],
  }),
  SrcBucketNotFound: ({ here, there, ownerOfSource }) => ({
    who: ownerOfSource,
    what: `Find out who deleted ${here.bucket}; what was replicated is in ${there.bucket}, which nobody should delete now.`,
    statements: [],
    fix: [],
    verify: [awsCommand('s3api head-bucket', here)],
    repeat: [],
  }),
  SrcBucketReplicationConfigMissing: ({ places, here, ownerOfSource }) => ({
    who: ownerOfSource,
    what: `Put the rules of ${here.bucket} back; \`holdfast doctor\` prints a configuration that replicates the whole bucket.`,
    statements: [],
    fix: [doctor(places)],
    verify: [awsCommand('s3api get-bucket-replication', here)],
    repeat: [repairFailed(places), repairMissing(places)],
  }),
};

/** us-east-1 is the only Region that must not be named as a location. */
function createBucket({ bucket, region }: Bucket): string {
  const location = region === 'us-east-1' ? undefined : { LocationConstraint: region };
  return awsCommand('s3api create-bucket', { bucket, region, 'create-bucket-configuration': location });
}

function switchOnVersioning(bucket: Bucket): string {
  return awsCommand('s3api put-bucket-versioning', { ...bucket, 'versioning-configuration': { Status: 'Enabled' } });
}

/** Everything that the destination lost, or never got, not only what failed. */
function repairMissing({ pair, destination }: Places): string {
  return holdfastCommand(`repair ${quote(pair)}`, { missing: true, to: destination.bucket });
}
