import type { ObjectRef } from './object.ts';

/** Whose limit was reached: KMS has one for an account and Region, S3 one for every prefix. */
export type ThrottledBy =
  | { readonly limit: 'kms' }
  | { readonly limit: 's3'; readonly bucket: string; readonly prefix: string };

/** What an SDK error says, whatever the service and whether it had a body. */
export interface ServiceAnswer {
  /** `undefined` where no response came. */
  readonly status: number | undefined;
  readonly code: string;
  readonly message: string;
}

/**
 * Throttles of KMS, as the services pass them on that asked it for a key: S3 (not documented), SQS by its class and its older
 * code, SNS by its class and its code on the wire. The SDK retries none of them, because all are answers 400.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const OF_KMS: ReadonlySet<string> = new Set([
  'KMS.ThrottlingException',
  'KMSThrottlingException',
  'KMSThrottling',
  'KmsThrottled',
]);

/** What services call their own throttles. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const OF_SERVICE: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** Whose throttle an answer is; `undefined`: it is none. A HEAD has no body, so its 503 is never that of KMS. */
export function throttleOf({ status, code, message }: ServiceAnswer): 'kms' | 'service' | undefined {
  if (OF_KMS.has(code)) return 'kms';
  // S3 passes on what KMS said in its own words: seen in practice, not documented, hence never on text alone.
  if (status === 503 && code === 'SlowDown') return /AWS KMS/i.test(message) ? 'kms' : 'service';
  return status === 429 || OF_SERVICE.has(code) ? 'service' : undefined;
}

/** Up to its first slash: where the load of S3 is told apart and history is kept. Empty for a key at the top of the bucket. */
export function firstPrefix(key: string): string {
  return key.slice(0, key.indexOf('/') + 1);
}

/** Name of the counter of throttled looks in the Region. */
export function throttleCounter(by: ThrottledBy): string {
  return by.limit === 'kms' ? 'throttle#kms' : `throttle#s3#${by.bucket}/${by.prefix}`;
}

/** The prefix of S3 that an object is under. */
export function prefixOf({ bucket, key }: Pick<ObjectRef, 'bucket' | 'key'>): ThrottledBy {
  return { limit: 's3', bucket, prefix: firstPrefix(key) };
}

/** Name of the note that lists the prefixes of S3 that were throttled lately: counters cannot be listed. */
export const THROTTLED_PREFIXES = 'throttled-prefixes';

export interface ThrottledPrefix {
  readonly bucket: string;
  readonly prefix: string;
  readonly seenAt: Date;
}

export function formatThrottledPrefixes(prefixes: readonly ThrottledPrefix[]): string {
  return JSON.stringify(prefixes.map(({ bucket, prefix, seenAt }) => [bucket, prefix, seenAt.getTime()]));
}

/** The inverse of `formatThrottledPrefixes`; an unreadable note lists none. */
export function parseThrottledPrefixes(note: string | undefined): readonly ThrottledPrefix[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
    const list = JSON.parse(note ?? '[]') as readonly (readonly [bucket: string, prefix: string, seenMs: number])[];
    return list.map(([bucket, prefix, seenMs]) => ({ bucket, prefix, seenAt: new Date(seenMs) }));
  } catch {
    return [];
  }
}
