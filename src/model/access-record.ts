/** What a request did, as far as it matters to what is stored. `expire`: done by S3 itself under a lifecycle rule. */
export type AccessKind = 'read' | 'write' | 'remove' | 'expire' | 'list' | 'routes' | 'other';

/** One request, as a server access log or CloudTrail tells it. Both are best effort: what they do not show may have happened. */
export interface AccessRecord {
  readonly source: 'access-log' | 'cloudtrail';
  readonly at: Date;
  readonly kind: AccessKind;
  /** As the source names it: `REST.PUT.OBJECT`, `PutObject`. */
  readonly operation: string;
  readonly bucket: string;
  /** Absent where it is about a whole bucket. */
  readonly key?: string;
  /** What the key may be as well: logs are encoded once or twice, and do not say which. */
  readonly otherKeys: readonly string[];
  readonly versionId?: string;
  /** ARN or canonical ID; absent: anonymous, or S3 itself. */
  readonly requester?: string;
  readonly remoteIp?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  /** Of HTTP; CloudTrail has none. */
  readonly status?: number;
  readonly errorCode?: string;
  /** Through which access point the request came; absent: straight to the bucket. */
  readonly accessPointArn?: string;
  /** KMS refused: ARN of the key where it is known, for a request that S3 made on behalf of this one. */
  readonly kms?: { readonly keyArn?: string };
}

/** S3 or KMS asked to slow down. */
export function isThrottle({ errorCode = '' }: AccessRecord): boolean {
  return /^(?:SlowDown|ServiceUnavailable|Throttling(?:Exception)?|RequestLimitExceeded)$/.test(errorCode);
}

/**
 * The uploaded bytes were not those that their digest was of. Nothing was stored, and no event tells of it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function isRefusedUpload({ errorCode = '' }: AccessRecord): boolean {
  return /^(?:BadDigest|InvalidDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch|IncompleteBody)$/.test(
    errorCode,
  );
}

/** Whether the request was carried out. */
export function isDone({ status, errorCode }: AccessRecord): boolean {
  return errorCode === undefined && (status === undefined || status < 300);
}
