import type { NotificationEntry } from './bucket-settings.ts';

/** What every bucket has to tell: without it new objects and lost ones are not heard of. */
const ALWAYS: readonly string[] = [
  's3:ObjectCreated:*',
  's3:ObjectRemoved:*',
  's3:ObjectRestore:Completed',
  's3:ReducedRedundancyLostObject',
];

/** And what a bucket that replicates has to tell besides. */
const OF_SOURCES: readonly string[] = ['s3:Replication:*'];

/** Changes that are replicated, and whose replicas can be followed. */
const CHANGES: readonly string[] = ['s3:ObjectTagging:*', 's3:ObjectAcl:Put', 's3:ObjectRetention:Put'];

/** Events without which Holdfast is blind to something that it promises. */
export function neededEvents(isSource: boolean): readonly string[] {
  return isSource ? [...ALWAYS, ...OF_SOURCES] : ALWAYS;
}

/** Events that an entry of Holdfast's asks for. */
export function wantedEvents(isSource: boolean): readonly string[] {
  return isSource ? [...ALWAYS, ...OF_SOURCES, ...CHANGES] : ALWAYS;
}

/**
 * Whether EventBridge can deliver it: replication and lost objects are told directly or not at all.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
 */
export function isOnEventBridge(event: string): boolean {
  return !event.startsWith('s3:Replication:') && event !== 's3:ReducedRedundancyLostObject';
}

/** What an event stands for: the members of a wildcard, or itself. */
export function membersOf(event: string): readonly string[] {
  return MEMBERS[event] ?? [event];
}

/** What a wildcard stands for, where naming each is as good. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  's3:ObjectCreated:*': ['Put', 'Post', 'Copy', 'CompleteMultipartUpload'].map((name) => `s3:ObjectCreated:${name}`),
  's3:ObjectRemoved:*': ['Delete', 'DeleteMarkerCreated'].map((name) => `s3:ObjectRemoved:${name}`),
  's3:Replication:*': [
    'OperationFailedReplication',
    'OperationMissedThreshold',
    'OperationNotTracked',
    'OperationReplicatedAfterThreshold',
  ].map((name) => `s3:Replication:${name}`),
  's3:ObjectTagging:*': ['Put', 'Delete'].map((name) => `s3:ObjectTagging:${name}`),
};

/** Whether the entry tells of this event, for every key. */
export function tells({ events, prefix, suffix }: NotificationEntry, event: string): boolean {
  if (prefix !== '' || suffix !== '') return false;
  return membersOf(event).every((name) => events.some((pattern) => overlap(pattern, name)));
}

/** Whether S3 would refuse another entry for this event: two entries never share one, whatever their targets. */
export function isTaken({ events }: Pick<NotificationEntry, 'events'>, event: string): boolean {
  return events.some((pattern) => overlap(pattern, event));
}

function overlap(a: string, b: string): boolean {
  return (
    a === b || (a.endsWith('*') && b.startsWith(a.slice(0, -1))) || (b.endsWith('*') && a.startsWith(b.slice(0, -1)))
  );
}
