import { causedByS3 } from './announce.ts';
import type { Body } from './body-store.ts';
import { applyPlannedDamage } from './damage.ts';
import { toKeyArn, usesKms } from './encryption.ts';
import { randomHex } from './identifiers.ts';
import type { ReplicationSite } from './replicate.ts';
import type { ReplicationRule } from './replication-config.ts';
import type { Bucket, ObjectVersion, StoredEncryption, Version } from './stored.ts';

interface Order {
  readonly version: Version;
  readonly rule: ReplicationRule;
  readonly destination: Bucket;
  /** What was uploaded, whatever has become of it at the source. */
  readonly body: Body | undefined;
}

/** Makes the destination hold this version, or the tags and ACL it has now. Once more is harmless. */
export async function writeReplica(site: ReplicationSite, order: Order): Promise<void> {
  const { version, destination } = order;
  const there = destination.objects.versions(version.key).find(({ versionId }) => versionId === version.versionId);
  if (there?.kind === 'object' && version.kind === 'object') {
    there.tags = version.tags;
    there.acl = version.acl;
    there.lock = version.lock;
    return;
  }
  if (there !== undefined) return;
  const replica: Version =
    version.kind === 'object' ? toReplica(site, order, version) : { ...version, replicationStatus: 'REPLICA' };
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
    replica,
  );
}

/** An arrival becomes current, except over a replica of something written later. */
function position({ objects }: Bucket, replica: Version): number {
  const versions = objects.versions(replica.key);
  const found = versions.findIndex(
    (other) => other.replicationStatus !== 'REPLICA' || other.sequencer < replica.sequencer,
  );
  return found === -1 ? versions.length : found;
}

function toReplica(site: ReplicationSite, { rule, destination, body }: Order, source: ObjectVersion): ObjectVersion {
  const encryption = replicaEncryption(source.encryption, rule, destination);
  return {
    ...source,
    encryption,
    // The ETag of another key is another one, and none is an MD5.
    etag: usesKms(encryption) ? opaqueETag(site, source) : source.etag,
    body: site.bodies.share(body ?? source.body),
    headers: { ...source.headers, storageClass: rule.storageClass ?? source.headers.storageClass },
    replicationStatus: 'REPLICA',
  };
}

function opaqueETag({ world }: ReplicationSite, { parts }: ObjectVersion): string {
  const hex = randomHex(world.random, 32);
  return parts.length === 0 ? hex : `${hex}-${parts.length}`;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html */
function replicaEncryption(source: StoredEncryption, rule: ReplicationRule, destination: Bucket): StoredEncryption {
  if (source.kind !== 'aws:kms' && source.kind !== 'aws:kms:dsse') return source;
  return { ...source, keyId: toKeyArn(rule.replicaKmsKeyId, destination) };
}
