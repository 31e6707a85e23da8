import { causedByS3 } from './announce.ts';
import type { ReplicationSite } from './replicate.ts';
import type { ReplicationRule } from './replication-config.ts';
import type { Bucket, Version } from './stored.ts';

/** A version on its way to one destination. */
export interface ReplicationOrder {
  readonly source: Bucket;
  readonly version: Version;
  readonly rule: ReplicationRule;
  readonly requestedAtMs: number;
}

/**
 * Announces, at the source, what became of a replication.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 */
export function reportReplication(
  { events, world }: ReplicationSite,
  { source, version, rule, requestedAtMs }: ReplicationOrder,
  { event, ...more }: { readonly event: string } & Readonly<Record<string, string>>,
): void {
  const replicationEventData = {
    replicationRuleId: rule.id,
    destinationBucket: `arn:aws:s3:::${rule.destination}`,
    s3Operation: version.kind === 'object' ? 'OBJECT_PUT' : 'DELETE_MARKER_PUT',
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
