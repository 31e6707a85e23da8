import type { World } from '../service.ts';
import { toKeyArn, usesKms } from './encryption.ts';
import { randomHex } from './identifiers.ts';
import type { ReplicationRule } from './replication-config.ts';
import type { Bucket, ObjectVersion, StoredEncryption } from './stored.ts';

/**
 * How a replica is encrypted: as its source, under the rule's key. Only what its source never encrypted follows the default of
 * the destination. `undefined`: the rule names a key that cannot be in the Region of the destination.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export function replicaEncryption(
  source: StoredEncryption,
  rule: ReplicationRule,
  destination: Bucket,
): StoredEncryption | undefined {
  if (source.kind === 'none') {
    const { kind, keyId, bucketKey } = destination.encryption;
    return kind === 'AES256' ? { kind } : { kind, keyId: toKeyArn(keyId, destination), bucketKey };
  }
  if (source.kind !== 'aws:kms' && source.kind !== 'aws:kms:dsse') return source;
  const { replicaKmsKeyId } = rule;
  if (replicaKmsKeyId?.startsWith('arn:') === true && replicaKmsKeyId.split(':')[3] !== destination.region)
    return undefined;
  return { ...source, keyId: toKeyArn(replicaKmsKeyId, destination) };
}

/** The account that a replica belongs to: that of its source, unless the rule or the bucket gives it to the bucket's owner. */
export function replicaOwner(source: ObjectVersion, rule: ReplicationRule, destination: Bucket): string {
  return takesOwnership(rule, destination) ? destination.account : source.owner;
}

/** Whether ACLs of the source mean nothing at this destination. */
export function takesOwnership({ ownerOverride }: ReplicationRule, { ownership }: Bucket): boolean {
  return ownerOverride || ownership === 'BucketOwnerEnforced';
}

/** The ETag of another key is another one, and none is an MD5. */
export function replicaETag({ random }: World, source: ObjectVersion, encryption: StoredEncryption): string {
  if (!usesKms(encryption)) return source.etag;
  const hex = randomHex(random, 32);
  return source.parts.length === 0 ? hex : `${hex}-${source.parts.length}`;
}
