import { awsCommand } from '../model/shell-command.ts';
import type { Places } from './failure-places.ts';
import { copyInPlace, doctor, type FailureSteps, headReplica, headSource, repairFailed } from './failure-steps.ts';

export type BatchReason = 'DstBucketInvalidRegion' | 'DstObjectHardDeleted' | 'SrcBucketInvalidRegion';
export type IneligibleReason = 'DstVersionNotFound' | 'SrcObjectNotEligible';

/** What to do where a task of Batch Replication ended so. */
export function batchSteps(reason: BatchReason, places: Places): FailureSteps {
  if (reason === 'DstObjectHardDeleted') {
    return {
      who: `owner of the source bucket (account ${places.source.account})`,
      what: 'If the version is wanted at the destination and still current at the source, copy it in place: the copy is a new version, which S3 replicates.',
      statements: [],
      fix: [],
      verify: [headSource(places, 'VersionId'), headReplica(places, 'VersionId')],
      repeat: [copyInPlace(places)],
    };
  }
  const { bucket, region } = reason === 'SrcBucketInvalidRegion' ? places.source : places.destination;
  return {
    who: 'whoever created the Batch Replication job',
    what:
      reason === 'SrcBucketInvalidRegion'
        ? `Create the job in the Region of the source bucket, ${region}; \`holdfast repair\` does.`
        : `Create the job without a Region of the destination, or with ${region}; \`holdfast repair\` names none.`,
    statements: [],
    fix: [],
    verify: [awsCommand('s3api head-bucket', { bucket, region, query: 'BucketRegion' })],
    repeat: [repairFailed(places)],
  };
}

/** What to do where S3 found that it has nothing to replicate, although something changed. */
export function ineligibleSteps(reason: IneligibleReason, places: Places): FailureSteps {
  const who = `owner of the source bucket (account ${places.source.account})`;
  if (reason === 'DstVersionNotFound') {
    return {
      who,
      what: 'Replicate the version itself first; if it was deleted at the destination on purpose, nothing is to be done.',
      statements: [],
      fix: [],
      verify: [headReplica(places, 'VersionId'), headSource(places, 'ReplicationStatus')],
      repeat: [repairFailed(places)],
    };
  }
  return {
    who,
    what: 'Nothing, if the object was archived or tagged on purpose; otherwise restore it or correct its tags, and copy it in place.',
    statements: [],
    fix: [],
    verify: [headSource(places, '[StorageClass,ArchiveStatus,TagCount]'), doctor(places)],
    repeat: [copyInPlace(places)],
  };
}

/** Nobody has to do anything; the commands show that it is so. */
export function benignSteps(places: Places): FailureSteps {
  return {
    who: 'nobody',
    what: 'Nothing: there was nothing left to replicate.',
    statements: [],
    fix: [],
    verify: [headSource(places, 'ReplicationStatus'), headReplica(places, 'ReplicationStatus')],
    repeat: [],
  };
}

/** A reason that is younger than this version of Holdfast, or none at all: what is known is passed on. */
export function unknownSteps(places: Places): FailureSteps {
  return {
    who: `owner of the source bucket (account ${places.source.account})`,
    what: `Look at the rule ${places.ruleId}, its role and both buckets: this version of Holdfast does not know the reason.`,
    statements: [],
    fix: [],
    verify: [
      doctor(places),
      awsCommand('s3api get-bucket-replication', { bucket: places.source.bucket, region: places.source.region }),
    ],
    repeat: [repairFailed(places)],
  };
}
