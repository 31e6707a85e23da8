import type { ReplicationRule, ReplicationSettings } from '../../src/model/bucket-settings.ts';
import type { BucketConfig } from '../../src/model/config.ts';
import type { Link } from '../../src/model/link.ts';

export const SOURCE: BucketConfig = {
  bucket: 'orders-use1',
  region: 'us-east-1',
  account: '111122223333',
  kmsKeys: [],
};

export const DESTINATION: BucketConfig = {
  bucket: 'orders-euw1',
  region: 'eu-west-1',
  account: '444455556666',
  kmsKeys: [],
};

/** One direction of the pair `orders`, between two accounts. */
export function someLink(changes: Partial<Link> = {}): Link {
  const expect = {
    storageClass: 'same',
    encryption: 'same',
    kmsKey: 'same',
    owner: 'same',
    deleteMarkers: 'same',
    lifecycle: 'same',
  } as const;
  return {
    pair: 'orders',
    source: SOURCE,
    destination: DESTINATION,
    back: false,
    policy: { twoWay: false, followUp: 'every', match: 'version', lookAfterMs: [60_000], expect },
    ...changes,
  };
}

/** A rule that replicates the whole bucket and nothing beside plain objects. */
export function someRule(changes: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    id: 'all',
    enabled: true,
    priority: 0,
    prefix: '',
    tags: {},
    deleteMarkers: false,
    kmsObjects: false,
    replicaModifications: false,
    destinationBucket: DESTINATION.bucket,
    ownerOverride: false,
    metrics: true,
    timeControl: false,
    ...changes,
  };
}

export function someSettings(...rules: readonly ReplicationRule[]): ReplicationSettings {
  return { role: 'arn:aws:iam::111122223333:role/path/s3-crr', rules };
}
