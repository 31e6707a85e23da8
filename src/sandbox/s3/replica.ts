import { causedByS3 } from './announce.ts';
import { applyPlannedDamage } from './damage.ts';
import { lockByDefault } from './object-lock.ts';
import { replicaETag, replicaOwner, takesOwnership } from './replica-state.ts';
import type { ReplicationOrder } from './replication-order.ts';
import type { ReplicationSite } from './replicate.ts';
import type { Bucket, ObjectVersion, StoredEncryption, Version } from './stored.ts';

export interface Copy {
  readonly order: ReplicationOrder;
  readonly destination: Bucket;
  readonly encryption: StoredEncryption;
}

/** The version at the destination, by the version ID that it shares with its source. */
export function findReplica(destination: Bucket, { key, versionId }: Version): Version | undefined {
  return destination.objects.versions(key).find((other) => other.versionId === versionId);
}

/** Makes the destination hold this version. Once more is harmless. */
export async function writeReplica(site: ReplicationSite, copy: Copy): Promise<void> {
  const { order, destination } = copy;
  const { version } = order;
  if (findReplica(destination, version) !== undefined) return;
  const replica: Version =
    version.kind === 'object'
      ? toReplica(site, copy, version)
      : { ...version, replica: true, replicationStatus: 'REPLICA' };
  destination.objects.add(replica, position(destination, replica));
  site.events.announce(
    destination,
    {
      name: replica.kind === 'object' ? 'ObjectCreated:Put' : 'ObjectRemoved:DeleteMarkerCreated',
      key: replica.key,
      versionId: replica.versionId,
      sequencer: replica.sequencer,
      ...(replica.kind === 'object' ? { sizeBytes: replica.sizeBytes, etag: replica.etag } : {}),
    },
    causedByS3(site.world),
  );
  if (replica.kind !== 'object') return;
  const { key, versionId } = replica;
  const { region, name: bucket } = destination;
  await applyPlannedDamage(
    site,
    { region, service: 's3', operation: 'ReplicateObject', bucket, key, versionId },
    { bucket: destination, version: replica },
  );
}

/** Gives the version at the destination the one thing that was changed at the source. */
export function copyChange({ order: { version, change, rule }, destination }: Copy, there: ObjectVersion): void {
  if (version.kind !== 'object') return;
  const { retention } = version.lock;
  switch (change) {
    case 'tags':
      there.tags = version.tags;
      return;
    case 'acl':
      // Where the replica belongs to another, the source's grants do not apply to it.
      if (!takesOwnership(rule, destination)) there.acl = version.acl;
      return;
    case 'retention':
      there.lock = { legalHold: there.lock.legalHold, ...(retention === undefined ? {} : { retention }) };
      return;
    case 'legal-hold':
      there.lock = { ...there.lock, legalHold: version.lock.legalHold };
      return;
    case 'created':
      return;
    default:
      return change satisfies never;
  }
}

/** An arrival becomes current, except over a replica of something written later. */
function position({ objects }: Bucket, replica: Version): number {
  const versions = objects.versions(replica.key);
  const found = versions.findIndex((other) => !other.replica || other.sequencer < replica.sequencer);
  return found === -1 ? versions.length : found;
}

function toReplica(
  site: ReplicationSite,
  { order, destination, encryption }: Copy,
  source: ObjectVersion,
): ObjectVersion {
  const { rule, body } = order;
  const untouched = source.lock.retention === undefined && !source.lock.legalHold;
  return {
    ...source,
    encryption,
    etag: replicaETag(site.world, source, encryption),
    body: site.bodies.share(body ?? source.body),
    headers: { ...source.headers, storageClass: rule.storageClass ?? source.headers.storageClass },
    owner: replicaOwner(source, rule, destination),
    acl: takesOwnership(rule, destination) ? 'private' : source.acl,
    lock: untouched ? lockByDefault(site, destination) : source.lock,
    replica: true,
    replicationStatus: 'REPLICA',
  };
}
