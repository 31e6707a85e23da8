import { type ChecksumOrder, computeAtRest, type ComputedAtRest } from './compute-checksum.ts';
import { eligibleRules } from './replication-eligibility.ts';
import { mayAssume, principalOf, roleMay } from './role-access.ts';
import type { Principal } from '../service.ts';
import type { S3Cloud } from './s3-cloud.ts';
import type { Bucket, ReplicationStatus, Version } from './stored.ts';

/** What a job sees of a version. */
export interface BatchVersion {
  readonly key: string;
  readonly versionId: string;
  readonly createdAtMs: number;
  readonly sizeBytes: number;
  readonly storageClass: string;
  readonly replicationStatus?: ReplicationStatus;
  /** Whether a rule of the bucket selects it. */
  readonly eligible: boolean;
}

export interface BatchTarget {
  readonly bucket: string;
  readonly key: string;
  /** Absent: the current version. */
  readonly versionId?: string;
}

/** What Batch Operations does underneath S3: as S3 itself, under the role of a job. */
export interface BatchAccess {
  bucket(name: string): Pick<Bucket, 'name' | 'region' | 'account' | 'replication'> | undefined;
  /** Whether Batch Operations may act under the role for a bucket. */
  mayAssume(role: string, bucket: string): boolean;
  /** Whether the role may do something to an object, or to the bucket itself. */
  may(role: string, action: string, on: { readonly bucket: string; readonly key?: string }): boolean;
  /** Who acts under the role. */
  principal(role: string): Principal;
  /** Every version, delete markers too, in the order of listings. */
  versions(bucket: string): readonly BatchVersion[];
  /** Replicates one version to wherever its bucket's rules say; resolves with the reason where it could not be done. */
  replicate(target: BatchTarget, role: string): Promise<string | undefined>;
  /** Computes a checksum from what is stored of one version; a text is the reason why it could not be done. */
  compute(target: BatchTarget, role: string, order: ChecksumOrder): Promise<ComputedAtRest | string>;
}

const SERVICE = 'batchoperations.s3.amazonaws.com';

export function createBatchAccess(cloud: S3Cloud): BatchAccess {
  const { buckets, world } = cloud;
  const on = (name: string, ask: (bucket: Bucket) => boolean): boolean => {
    const bucket = buckets.get(name);
    return bucket !== undefined && ask(bucket);
  };
  function find({ bucket: name, key, versionId }: BatchTarget): string | { bucket: Bucket; version: Version } {
    const bucket = buckets.get(name);
    if (bucket === undefined) return 'SrcBucketNotFound';
    const versions = bucket.objects.versions(key);
    if (versions.length === 0) return 'SrcKeyNotFound';
    const version = versionId === undefined ? versions[0] : versions.find((other) => other.versionId === versionId);
    return version === undefined ? 'SrcVersionNotFound' : { bucket, version };
  }
  return {
    bucket: (name) => buckets.get(name),
    mayAssume: (role, name) => on(name, (bucket) => mayAssume(world, role, { service: SERVICE, bucket })),
    may: (role, action, { bucket: name, ...object }) =>
      on(name, (bucket) => roleMay(world, role, { action, bucket, ...object })),
    principal: (role) => principalOf(world, role),
    versions(name) {
      const bucket = buckets.get(name);
      if (bucket === undefined) return [];
      return [...bucket.objects.keys()].flatMap((key) =>
        bucket.objects.versions(key).map((version) => describe(bucket, version)),
      );
    },
    async replicate(target, role) {
      const found = find(target);
      if (typeof found === 'string') return found;
      const { bucket, version } = found;
      const { key } = target;
      if (!roleMay(world, role, { action: 's3:InitiateReplication', bucket, key }))
        return 'InitiateReplicationNotPermitted';
      const [reason] = await cloud.replication.again(bucket, version);
      return reason;
    },
    async compute(target, role, order) {
      const found = find(target);
      if (typeof found === 'string') return found;
      const { bucket, version } = found;
      const action = target.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
      if (!roleMay(world, role, { action, bucket, key: target.key })) return 'GetObjectNotPermitted';
      if (version.kind !== 'object') return 'SrcVersionNotFound';
      return await computeAtRest(cloud, { bucket, version, role }, order);
    },
  };
}

function describe({ replication }: Bucket, version: Version): BatchVersion {
  const { key, versionId, lastModifiedMs, replicationStatus } = version;
  return {
    key,
    versionId,
    createdAtMs: lastModifiedMs,
    sizeBytes: version.kind === 'object' ? version.sizeBytes : 0,
    storageClass: version.kind === 'object' ? version.headers.storageClass : 'STANDARD',
    ...(replicationStatus === undefined ? {} : { replicationStatus }),
    eligible: replication !== undefined && eligibleRules(replication, version).length > 0,
  };
}
