import type { FailureReason } from '../model/failure-reason.ts';

/**
 * What S3 says with a reason, in one sentence.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
 */
export const FAILURE_MEANINGS: Readonly<Record<FailureReason, string>> = {
  AssumeRoleNotPermitted: 'S3 may not assume the role of the replication configuration.',
  DstBucketInvalidRegion: 'The destination bucket is not in the Region that the Batch Replication job expects.',
  DstBucketNotFound: 'The destination bucket of the rule does not exist.',
  DstBucketObjectLockConfigMissing:
    'The source bucket has Object Lock and the destination bucket has not, so the retention of the object would be lost.',
  DstBucketUnversioned: 'Versioning of the destination bucket is suspended or was never switched on.',
  DstDelObjNotPermitted: 'The replication role may not write delete markers into the destination bucket.',
  DstKmsKeyInvalidState: 'The KMS key that encrypts replicas is disabled, or is going to be deleted.',
  DstKmsKeyNotFound: 'The KMS key that encrypts replicas does not exist in the Region of the destination bucket.',
  DstMultipartCompleteNotPermitted: 'The replication role may not complete uploads in parts at the destination bucket.',
  DstMultipartInitNotPermitted: 'The replication role may not begin uploads in parts at the destination bucket.',
  DstMultipartUploadNotPermitted: 'The replication role may not upload parts to the destination bucket.',
  DstObjectHardDeleted:
    'This very version was permanently deleted at the destination, and Batch Replication does not bring it back.',
  DstPutAclNotPermitted: 'The replication role may not write ACLs at the destination bucket.',
  DstPutLegalHoldNotPermitted: 'The replication role may not write legal holds at the destination bucket.',
  DstPutObjectNotPermitted:
    'The replication role may not write objects into the destination bucket, may not give them to its owner, or may not use the KMS key of replicas.',
  DstPutRetentionNotPermitted: 'The replication role may not write retention periods at the destination bucket.',
  DstPutTaggingNotPermitted: 'The replication role may not write tags at the destination bucket.',
  DstVersionNotFound:
    'Tags, ACL or Object Lock of a version changed, and the destination does not have the version that they belong to.',
  InitiateReplicationNotPermitted: 'The role of the Batch Replication job may not ask S3 to replicate objects.',
  SrcBucketInvalidRegion: 'The source bucket is not in the Region in which the Batch Replication job was created.',
  SrcBucketNotFound: 'The source bucket does not exist any more.',
  SrcBucketReplicationConfigMissing: 'The source bucket has no replication configuration any more.',
  SrcGetAclNotPermitted:
    'The replication role may not read ACLs at the source bucket, or the object belongs to another account than the bucket.',
  SrcGetLegalHoldNotPermitted: 'The replication role may not read legal holds at the source bucket.',
  SrcGetObjectNotPermitted:
    'The replication role may not read object versions of the source bucket, or may not decrypt with their KMS key.',
  SrcGetRetentionNotPermitted: 'The replication role may not read retention periods at the source bucket.',
  SrcGetTaggingNotPermitted: 'The replication role may not read tags at the source bucket.',
  SrcHeadObjectNotPermitted: 'The replication role may not read the headers of object versions of the source bucket.',
  SrcKeyNotFound: 'The key was deleted before its turn came.',
  SrcKmsKeyInvalidState: 'The KMS key of the source object is disabled, or is going to be deleted: nobody can read it.',
  SrcObjectNotEligible:
    'The object does not match the rule any more: its storage class was changed, or its tags, before its turn came.',
  SrcObjectNotFound: 'The object was deleted before its turn came.',
  SrcReplicationNotPending: 'The version was replicated already; a second attempt found nothing to do.',
  SrcVersionNotFound: 'The version was permanently deleted before its turn came.',
};
