import { HoldfastError } from '../../errors.ts';
import type { Observation, UnreadableReason } from '../../model/observation.ts';
import { type ServiceAnswer, throttleOf } from '../../model/throttle.ts';

export function toFailure(error: unknown): ServiceAnswer {
  if (typeof error !== 'object' || error === null)
    return { status: undefined, code: 'Unknown', message: String(error) };
  const metadata = '$metadata' in error && typeof error.$metadata === 'object' ? error.$metadata : undefined;
  const status = metadata && 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined;
  return {
    status: typeof status === 'number' ? status : undefined,
    code: 'name' in error && typeof error.name === 'string' ? error.name : 'Unknown',
    message: 'message' in error && typeof error.message === 'string' ? error.message : '',
  };
}

/**
 * What a failed look at an object version says about it. Throws where it says nothing about it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function toObservation(error: unknown, operation: string): Observation<never> {
  const failure = toFailure(error);
  // A HEAD of a key whose current version is a delete marker is a 404, as of a key that is not there; of the marker itself a 405.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
  if (failure.status === 405) return { state: 'absent', deleteMarker: true };
  if (failure.status === 404) return { state: 'absent' };
  const reason = reasonOf(failure);
  if (reason === undefined) throw translateError(error, operation);
  return { state: 'unreadable', reason };
}

/**
 * What a failed look at something of KMS, IAM or SQS says about it: these name the trouble, often with the same status. Throws
 * where it says nothing about it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
export function toNamedObservation(error: unknown, operation: string): Observation<never> {
  const failure = toFailure(error);
  const { code } = failure;
  // KMS calls the ARN of a key in another Region invalid: in this Region there is no such key.
  if (
    /^(?:NotFoundException|NoSuchEntity|NoSuchEntityException|InvalidArnException|ResourceNotFoundException)$/.test(
      code,
    )
  )
    return { state: 'absent' };
  if (code.startsWith('AccessDenied')) return { state: 'unreadable', reason: 'access-denied' };
  if (throttleOf(failure) !== undefined) return { state: 'unreadable', reason: 'throttled' };
  throw translateError(error, operation);
}

/** Codes that accuse our own credentials, not the object. */
const OUR_FAULT: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'RequestTimeTooSkewed',
  'ExpiredToken',
  'InvalidToken',
]);

/** Whether an error says nothing about S3, because credentials of our own are at fault. */
export function isOurFault({ code }: ServiceAnswer): boolean {
  return OUR_FAULT.has(code) || code === 'CredentialsProviderError';
}

function reasonOf(failure: ServiceAnswer): UnreadableReason | undefined {
  const { status, code, message } = failure;
  if (OUR_FAULT.has(code)) return undefined;
  const throttle = throttleOf(failure);
  if (throttle !== undefined) return throttle === 'kms' ? 'kms-throttled' : 'throttled';
  switch (status) {
    case 412: // the ETag in If-Match is not that of the content any more
      return 'overwritten-meanwhile';
    case 403: // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: archived objects
      return code === 'InvalidObjectState' ? 'archived' : 'access-denied';
    case 301:
    case 307:
      return 'wrong-region';
    case 503: // without a body, as that of a HEAD: whose limit it was is not said
      return 'throttled';
    case 400:
      return badRequestReason(code, message);
    default:
      return undefined;
  }
}

function badRequestReason(code: string, message: string): UnreadableReason | undefined {
  // KMS.DisabledException, KMS.NotFoundException, KMS.KMSInvalidStateException, KMS.InvalidKeyUsageException
  if (code.startsWith('KMS.')) return 'key-unusable';
  if (code === 'AuthorizationHeaderMalformed') return 'wrong-region';
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
  if (/server.side encryption/i.test(message)) return 'sse-c';
  return undefined;
}

/** Wraps an SDK error for the entry point: what it means for us. The SDK's error stays as the cause. */
export function translateError(error: unknown, operation: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failure = toFailure(error);
  const { status, code, message } = failure;
  const text = `${operation} failed: ${code}${status === undefined ? '' : ` (HTTP ${status})`}: ${message}`;
  return new HoldfastError(kindOf(failure), operation, text, { cause: error });
}

function kindOf(failure: ServiceAnswer): HoldfastError['kind'] {
  const { status, code } = failure;
  // EventBridge and KMS say it with status 400.
  const isDenied = status === 401 || status === 403 || code.startsWith('AccessDenied');
  if (isOurFault(failure) || isDenied) return 'access-denied';
  if (throttleOf(failure) !== undefined) return 'throttled';
  // No response at all, or an answer of a service in trouble: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  if (status === undefined || status >= 500) return 'unavailable';
  return 'unexpected';
}

/** Whether there is no such table: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export function isMissingTable(error: unknown): boolean {
  return error instanceof HoldfastError && toFailure(error.cause).code === 'ResourceNotFoundException';
}
