import { partitionOf } from './arn.ts';
import type { ObservedSettings, ReplicationRule } from './bucket-settings.ts';
import type { Link } from './link.ts';
import { valueOf } from './observation.ts';

/** What is known of the two buckets of a link. */
export interface BothSides {
  readonly link: Link;
  readonly source: ObservedSettings;
  readonly destination: ObservedSettings;
}

/** A rule that does what the configuration says of the link, beside the rules that are there. */
export function proposeRule(sides: BothSides, existing: readonly ReplicationRule[]): ReplicationRule {
  const { link } = sides;
  const { destination, policy } = link;
  const key = isKmsSource(sides) ? proposeReplicaKey(sides) : undefined;
  const { storageClass } = policy.expect;
  return {
    id: `to-${destination.bucket}`,
    enabled: true,
    priority: Math.max(0, ...existing.map(({ priority }) => priority)) + 1,
    prefix: '',
    tags: {},
    deleteMarkers: policy.expect.deleteMarkers === 'same',
    kmsObjects: key !== undefined,
    ...(key === undefined ? {} : { replicaKmsKeyId: key }),
    replicaModifications: policy.twoWay,
    destinationBucket: destination.bucket,
    ...(link.source.account === destination.account ? {} : { destinationAccount: destination.account }),
    ...(storageClass === 'same' || storageClass === 'any' ? {} : { storageClass }),
    ownerOverride: false,
    metrics: true,
    timeControl: false,
  };
}

/** Whether the source holds SSE-KMS objects: its default encryption says so, or the configuration names its keys. */
export function isKmsSource({ link, source }: Omit<BothSides, 'destination'>): boolean {
  const encryption = valueOf(source.encryption);
  return encryption?.algorithm.startsWith('aws:kms') === true || link.source.kmsKeys.length > 0;
}

/**
 * The key for replicas: that of the destination, that of the configuration, or, within one account only, the one that AWS
 * manages. `undefined`: somebody has to choose.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export function proposeReplicaKey({ link, destination }: Omit<BothSides, 'source'>): string | undefined {
  const { account, region, kmsKeys } = link.destination;
  const [configured] = kmsKeys;
  const managed = `arn:${partitionOf(region)}:kms:${region}:${account}:alias/aws/s3`;
  const ofBucket = valueOf(destination.encryption)?.kmsKeyId;
  if (ofBucket !== undefined) return toKeyArn(ofBucket, link.destination);
  return configured ?? (link.source.account === account ? managed : undefined);
}

/** The ARN that a name of a key stands for at this bucket: an ID alone would be looked for in the account of whoever asks. */
export function toKeyArn(id: string, { region, account }: Link['destination']): string {
  if (id.startsWith('arn:')) return id;
  return `arn:${partitionOf(region)}:kms:${region}:${account}:${id.startsWith('alias/') ? id : `key/${id}`}`;
}
