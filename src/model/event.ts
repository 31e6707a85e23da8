import type { ObjectRef } from './object.ts';
import { canonicalSequencer } from './sequencer.ts';

/**
 * What happened to an object version, in Holdfast's words. One kind per row of the table in docs/events.md; a kind that S3
 * added later is `other`: counted and acknowledged, never an error.
 */
export const EVENT_KINDS = [
  'created',
  'version-removed',
  'delete-marker-created',
  'restore-started',
  'restore-completed',
  'restore-expired',
  'replication-failed',
  'replication-missed-threshold',
  'replicated-after-threshold',
  'replication-not-tracked',
  'object-lost',
  'transitioned',
  'expired',
  'expiry-marker-created',
  'tiered',
  'tags-changed',
  'acl-changed',
  'annotation-changed',
  'retention-changed',
  'other',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** What a `Replication:*` event adds. Every member is as S3 sent it: unknown reasons and operations pass through. */
export interface ReplicationReport {
  readonly ruleId?: string;
  /** Name of the destination bucket, taken from its ARN. */
  readonly destinationBucket?: string;
  readonly operation?: string;
  readonly failureReason?: string;
  readonly requestedAt?: Date;
}

/** One statement of S3 about one object version. Delivered at least once and in any order. */
export interface ObjectEvent {
  readonly kind: EventKind;
  /** The name as sent, without a leading `s3:`; an EventBridge detail type where it came that way. */
  readonly name: string;
  readonly object: ObjectRef;
  /** When S3 finished the operation: the only time from which an age may be counted. */
  readonly eventAt: Date;
  readonly sizeBytes?: number;
  /** Without quotes. */
  readonly etag?: string;
  /** Opaque; compared only by `compareSequencers`, only for one key. */
  readonly sequencer?: string;
  /** Who caused it, as S3 names them (`AWS:AROA…:session`, an account, a service principal). */
  readonly principal?: string;
  readonly replication?: ReplicationReport;
}

/**
 * The identity of a statement: two deliveries of one event agree in it, two different events never do. EventBridge calls the
 * event otherwise and writes its sequencer otherwise than a notification does, so kind and number stand for both. Without a
 * sequencer (some kinds, some servers) name, time and ETag stand in for it. A replication report repeats the sequencer of the
 * creation it is about, so that only its own members and its time tell it from the next attempt's.
 */
export function eventIdentity(event: ObjectEvent): string {
  const { object, kind, name, sequencer, replication } = event;
  const eventAt = event.eventAt.toISOString();
  const order =
    sequencer === undefined
      ? [name, eventAt, event.etag ?? '']
      : [kind === 'other' ? name : '', canonicalSequencer(sequencer)];
  const attempt =
    replication === undefined
      ? []
      : [replication.ruleId ?? '', replication.destinationBucket ?? '', replication.operation ?? '', eventAt];
  return JSON.stringify([object.bucket, object.key, object.versionId ?? '', kind, order, attempt]);
}
