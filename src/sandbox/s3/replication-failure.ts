import type { Fault } from '../service.ts';

/**
 * How an attempt to replicate ends: `later` leaves the version pending, `failed` is final. The reason is the `failureReason` of
 * the event.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
 */
export type AttemptOutcome =
  | { readonly state: 'done' }
  | { readonly state: 'later' }
  | { readonly state: 'failed'; readonly reason: string };

type Take = (kind: Fault['kind']) => Fault | undefined;

/** Faults that leave a version pending, to be tried again. */
export function isTemporarilyDown(take: Take, usesKms: boolean): boolean {
  return (
    take('region-outage') !== undefined ||
    take('throttle') !== undefined ||
    (usesKms && take('kms-throttle') !== undefined)
  );
}

const DEFAULT_REASON = 'DstPutObjectNotPermitted';

/** The reason why a planted fault of the destination fails a version for good. */
export function plantedReason(take: Take, usesKms: boolean): string | undefined {
  const planned = take('fail-replication');
  if (planned !== undefined) return planned.reason ?? DEFAULT_REASON;
  if (take('deny') !== undefined) return DEFAULT_REASON;
  if (usesKms && take('key-unusable') !== undefined) return 'DstKmsKeyInvalidState';
  return undefined;
}
