import type { EventKind } from '../model/event.ts';

/**
 * Kinds by the name of a classic notification, without `s3:`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export const KIND_BY_NAME: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ['ObjectCreated:Put', 'created'],
  ['ObjectCreated:Post', 'created'],
  ['ObjectCreated:Copy', 'created'],
  ['ObjectCreated:CompleteMultipartUpload', 'created'],
  ['ObjectRemoved:Delete', 'version-removed'],
  ['ObjectRemoved:DeleteMarkerCreated', 'delete-marker-created'],
  ['ObjectRestore:Post', 'restore-started'],
  ['ObjectRestore:Completed', 'restore-completed'],
  ['ObjectRestore:Delete', 'restore-expired'],
  ['Replication:OperationFailedReplication', 'replication-failed'],
  ['Replication:OperationMissedThreshold', 'replication-missed-threshold'],
  ['Replication:OperationReplicatedAfterThreshold', 'replicated-after-threshold'],
  ['Replication:OperationNotTracked', 'replication-not-tracked'],
  ['ReducedRedundancyLostObject', 'object-lost'],
  ['LifecycleTransition', 'transitioned'],
  ['LifecycleExpiration:Delete', 'expired'],
  ['LifecycleExpiration:DeleteMarkerCreated', 'expiry-marker-created'],
  ['IntelligentTiering', 'tiered'],
  ['ObjectTagging:Put', 'tags-changed'],
  ['ObjectTagging:Delete', 'tags-changed'],
  ['ObjectAcl:Put', 'acl-changed'],
  ['ObjectAnnotation:Put', 'annotation-changed'],
  ['ObjectAnnotation:Delete', 'annotation-changed'],
  ['ObjectRetention:Put', 'retention-changed'],
]);

/**
 * Kinds by the detail type of an EventBridge event; a removal is told apart by `toRemovalKind`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export const KIND_BY_DETAIL_TYPE: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ['Object Created', 'created'],
  ['Object Restore Initiated', 'restore-started'],
  ['Object Restore Completed', 'restore-completed'],
  ['Object Restore Expired', 'restore-expired'],
  ['Object Storage Class Changed', 'transitioned'],
  ['Object Access Tier Changed', 'tiered'],
  ['Object Tags Added', 'tags-changed'],
  ['Object Tags Deleted', 'tags-changed'],
  ['Object ACL Updated', 'acl-changed'],
  ['Object Annotation Created', 'annotation-changed'],
  ['Object Annotation Removed', 'annotation-changed'],
  ['Object Retention Updated', 'retention-changed'],
]);

/** A way of creating objects that S3 adds later creates objects all the same; any other unknown name is `other`. */
export function toKind(name: string): EventKind {
  return KIND_BY_NAME.get(name) ?? (name.startsWith('ObjectCreated:') ? 'created' : 'other');
}

/** `Object Deleted` stands for four classic kinds, told apart by what was done and by whom. */
export function toRemovalKind(deletionType: string | undefined, reason: string | undefined): EventKind {
  const byLifecycle = reason === 'Lifecycle Expiration';
  if (deletionType === 'Permanently Deleted') return byLifecycle ? 'expired' : 'version-removed';
  if (deletionType === 'Delete Marker Created') return byLifecycle ? 'expiry-marker-created' : 'delete-marker-created';
  return 'other';
}
