import type { Fault } from '../service.ts';

/** Replication will not try this again. `reason` is the `failureReason` of the event. */
export class ReplicationFailure extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`replication failed: ${reason}`);
    this.name = 'ReplicationFailure';
    this.reason = reason;
  }
}

type Take = (kind: Fault['kind']) => Fault | undefined;

/** Faults that leave a version pending, to be tried again. */
export function isTemporarilyDown(take: Take, usesKms: boolean): boolean {
  return (
    take('region-outage') !== undefined ||
    take('throttle') !== undefined ||
    (usesKms && take('kms-throttle') !== undefined)
  );
}

/**
 * Faults of a destination that fail a version for good.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-failure-codes.html
 */
export function failureOf(take: Take, usesKms: boolean): ReplicationFailure | undefined {
  if (take('deny') !== undefined) return new ReplicationFailure('DstPutObjectNotPermitted');
  if (usesKms && take('key-unusable') !== undefined) return new ReplicationFailure('DstKmsKeyInvalidState');
  return undefined;
}
