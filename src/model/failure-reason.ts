/**
 * Every `failureReason` that S3 documents, with its class.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
 */
export const FAILURE_REASONS = {
  AssumeRoleNotPermitted: 'permission',
  DstBucketInvalidRegion: 'batch',
  DstBucketNotFound: 'destination-configuration',
  DstBucketObjectLockConfigMissing: 'destination-configuration',
  DstBucketUnversioned: 'destination-configuration',
  DstDelObjNotPermitted: 'permission',
  DstKmsKeyInvalidState: 'key-state',
  DstKmsKeyNotFound: 'key-state',
  DstMultipartCompleteNotPermitted: 'permission',
  DstMultipartInitNotPermitted: 'permission',
  DstMultipartUploadNotPermitted: 'permission',
  DstObjectHardDeleted: 'batch',
  DstPutAclNotPermitted: 'permission',
  DstPutLegalHoldNotPermitted: 'permission',
  DstPutObjectNotPermitted: 'permission',
  DstPutRetentionNotPermitted: 'permission',
  DstPutTaggingNotPermitted: 'permission',
  DstVersionNotFound: 'ineligible',
  InitiateReplicationNotPermitted: 'permission',
  SrcBucketInvalidRegion: 'batch',
  SrcBucketNotFound: 'source-configuration',
  SrcBucketReplicationConfigMissing: 'source-configuration',
  SrcGetAclNotPermitted: 'permission',
  SrcGetLegalHoldNotPermitted: 'permission',
  SrcGetObjectNotPermitted: 'permission',
  SrcGetRetentionNotPermitted: 'permission',
  SrcGetTaggingNotPermitted: 'permission',
  SrcHeadObjectNotPermitted: 'permission',
  SrcKeyNotFound: 'benign-race',
  SrcKmsKeyInvalidState: 'key-state',
  SrcObjectNotEligible: 'ineligible',
  SrcObjectNotFound: 'benign-race',
  SrcReplicationNotPending: 'benign-race',
  SrcVersionNotFound: 'benign-race',
} as const;

export type FailureReason = keyof typeof FAILURE_REASONS;

/**
 * What kind of obstacle ended a replication. `benign-race`: there was nothing left to do. `ineligible`: no rule wants this version
 * as it is. `batch`: only tasks of S3 Batch Replication end so.
 */
export type FailureClass = (typeof FAILURE_REASONS)[FailureReason];

/** Older spellings in AWS's own documents. */
const ALIASES: Readonly<Record<string, FailureReason>> = {
  dstmultipartpartuploadnotpermitted: 'DstMultipartUploadNotPermitted',
};

const BY_LOWER_CASE: ReadonlyMap<string, FailureReason> = new Map(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant are exactly these
  (Object.keys(FAILURE_REASONS) as FailureReason[]).map((reason) => [reason.toLowerCase(), reason] as const),
);

/** The documented reason of this name, whatever its case and in every spelling; `undefined`: it is not documented. */
export function findReason(name: string): FailureReason | undefined {
  const lowerCase = name.toLowerCase();
  return BY_LOWER_CASE.get(lowerCase) ?? (Object.hasOwn(ALIASES, lowerCase) ? ALIASES[lowerCase] : undefined);
}

/** Whether a failure of this reason takes nothing from anybody: the version was gone or replicated before its turn. */
export function isHarmless(reason: string | undefined): boolean {
  const known = reason === undefined ? undefined : findReason(reason);
  return known !== undefined && FAILURE_REASONS[known] === 'benign-race';
}
