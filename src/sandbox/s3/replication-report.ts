import { causedByS3 } from './announce.ts';
import type { ReplicationSite } from './replicate.ts';
import type { ReplicationOrder } from './replication-order.ts';

/**
 * Announces, at the source, what became of a replication. AWS documents only `OBJECT_PUT` as the name of an operation.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 */
export function reportReplication(
  { events, world }: ReplicationSite,
  { source, version, change, rule, requestedAtMs }: ReplicationOrder,
  { event, ...more }: { readonly event: string } & Readonly<Record<string, string>>,
): void {
  const changed = change === 'created' ? 'OBJECT_PUT' : `OBJECT_PUT_${change.toUpperCase().replace('-', '_')}`;
  const replicationEventData = {
    replicationRuleId: rule.id,
    destinationBucket: `arn:aws:s3:::${rule.destination}`,
    s3Operation: version.kind === 'object' ? changed : 'DELETE_MARKER_PUT',
    requestTime: new Date(requestedAtMs).toISOString(),
    ...more,
  };
  const { key, versionId, sequencer } = version;
  const content = version.kind === 'object' ? { sizeBytes: version.sizeBytes, etag: version.etag } : {};
  const details = {
    name: `Replication:${event}`,
    key,
    versionId,
    sequencer,
    ...content,
    extra: { replicationEventData },
  };
  events.announce(source, details, causedByS3(world));
}
