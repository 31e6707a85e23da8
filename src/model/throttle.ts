/** Whose limit was reached: KMS has one for an account and Region, S3 one for every prefix. */
export type Limit =
  | { readonly of: 'kms'; readonly region: string }
  | { readonly of: 's3'; readonly region: string; readonly bucket: string; readonly prefix: string };

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

/** Name of the counter of throttled looks: `throttle#kms#<region>` or `throttle#s3#<bucket>/<prefix>`. */
export function throttleCounter(limit: Limit): string {
  return limit.of === 'kms' ? `throttle#kms#${limit.region}` : `throttle#s3#${limit.bucket}/${limit.prefix}`;
}

/** What one request needed beyond its first attempt, before it came to a good end. */
export interface HiddenRetries {
  readonly retries: number;
  /** How many of the attempts were throttled. */
  readonly throttles: number;
  /** Whose limit it was; absent: not known, or not one of those that are told apart. */
  readonly limit?: Limit;
}

/** Name of the counter of throttles that a later attempt has hidden. */
export function hiddenCounter(limit: Limit): string {
  return `hidden-${throttleCounter(limit)}`;
}

/** Name of the note that says until when readings that spend KMS requests are put off in a Region: a time as ISO 8601. */
export function pressureNote(region: string): string {
  return `pressure#${region}`;
}

/** Name of the note that lists the limits that were reached lately: counters cannot be listed. */
export const REACHED_LIMITS = 'reached-limits';

export interface ReachedLimit {
  readonly limit: Limit;
  readonly seenAt: Date;
}

export function formatReachedLimits(reached: readonly ReachedLimit[]): string {
  return JSON.stringify(reached.map(({ limit, seenAt }) => [limit, seenAt.getTime()]));
}

/** The inverse of `formatReachedLimits`; an unreadable note lists none. */
export function parseReachedLimits(note: string | undefined): readonly ReachedLimit[] {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody else writes this note
    const list = JSON.parse(note ?? '[]') as readonly (readonly [limit: Limit, seenMs: number])[];
    return list.map(([limit, seenMs]) => ({ limit, seenAt: new Date(seenMs) }));
  } catch {
    return [];
  }
}
