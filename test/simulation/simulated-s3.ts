import { createHash } from 'node:crypto';
import type { BucketSettings, LifecycleRule, ReplicationRule } from '../../src/model/bucket-settings.ts';
import { parseETag } from '../../src/model/etag.ts';
import type { ObjectAcl, ObjectState, Part, ReplicationStatus } from '../../src/model/facts.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import type { BucketStore, ObjectStore } from '../../src/ports.ts';

/** What becomes of one replication. */
export type Outcome =
  | 'arrives'
  | 'fails'
  /** Nobody gets an event of it. */
  | 'fails-in-silence'
  | 'is-lost'
  | 'hangs'
  | 'arrives-with-other-size'
  | 'arrives-with-other-content'
  | 'arrives-with-other-metadata'
  | 'arrives-with-other-tags';

export interface SimulatedVersion {
  readonly key: string;
  readonly versionId: string;
  readonly marker: boolean;
  /** When the operation was finished: the time of its event. */
  readonly createdMs: number;
  /** What S3 says; earlier than `createdMs` for a multipart upload. */
  readonly lastModifiedMs: number;
  /** Grows with every version in the world. */
  readonly order: number;
  sizeBytes: number;
  content: string;
  readonly multipart: boolean;
  metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  storageClass: string;
  readonly byLifecycle: boolean;
  status?: ReplicationStatus;
  /** Set once another version, or a marker, is on top of it. */
  noncurrentMs?: number;
}

export interface SimulatedBucket {
  readonly bucket: string;
  readonly region: string;
  /** Current version first. */
  readonly keys: Map<string, SimulatedVersion[]>;
  rules: readonly ReplicationRule[];
  lifecycle: readonly LifecycleRule[];
}

/** Looks that fail without saying anything about an object. */
export interface Trouble {
  /** So many requests still go through before some are throttled. */
  spares: number;
  /** Then so many requests are throttled. */
  throttles: number;
}

/** Buckets in memory that answer as S3 does, as far as replication is concerned. */
export class SimulatedS3 {
  readonly buckets: ReadonlyMap<string, SimulatedBucket>;
  readonly trouble: Trouble = { spares: 0, throttles: 0 };
  heads = 0;

  constructor(buckets: readonly SimulatedBucket[]) {
    this.buckets = new Map(buckets.map((bucket) => [bucket.bucket, bucket]));
  }

  bucket(name: string): SimulatedBucket {
    const found = this.buckets.get(name);
    if (found === undefined) throw new Error(`there is no bucket ${name}`);
    return found;
  }

  versions(bucket: string, key: string): SimulatedVersion[] {
    const { keys } = this.bucket(bucket);
    const versions = keys.get(key) ?? [];
    keys.set(key, versions);
    return versions;
  }

  find({ bucket, key, versionId }: ObjectRef): SimulatedVersion | undefined {
    const versions = this.versions(bucket, key);
    return versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  }

  get objects(): ObjectStore {
    return {
      head: async (object) => this.#look(object, (version) => present(toState(version))),
      parts: async (object) =>
        this.#look(object, ({ multipart, sizeBytes }) =>
          multipart ? present(toParts(sizeBytes)) : { state: 'absent' },
        ),
      read: async (object) =>
        this.#look(object, (version) => present({ state: toState(version), body: once(Buffer.from(version.content)) })),
      tags: async (object) => this.#look(object, ({ tags }) => present(tags)),
      acl: async (object) =>
        this.#look(object, () => present<ObjectAcl>({ owner: 'owner', grants: ['owner FULL_CONTROL'] })),
      lock: async (object) => this.#look(object, () => ({ state: 'absent' })),
    };
  }

  get settings(): BucketStore {
    return {
      setting: async (bucket, name) => {
        if (this.#isThrottled()) return { state: 'unreadable', reason: 'throttled' };
        const { rules, lifecycle } = this.bucket(bucket.bucket);
        const known: Partial<BucketSettings> = {
          versioning: { status: 'Enabled', mfaDelete: false },
          ownership: 'BucketOwnerEnforced',
          ...(rules.length === 0 ? {} : { replication: { role: 'arn:aws:iam::111122223333:role/crr', rules } }),
          ...(lifecycle.length === 0 ? {} : { lifecycle }),
        };
        const value = known[name];
        return value === undefined ? { state: 'absent' } : present(value);
      },
    };
  }

  #isThrottled(): boolean {
    const { trouble } = this;
    if (trouble.throttles === 0) return false;
    const isSpared = trouble.spares > 0;
    trouble[isSpared ? 'spares' : 'throttles'] -= 1;
    return !isSpared;
  }

  #look<T>(object: ObjectRef, show: (version: SimulatedVersion) => Observation<T>): Observation<T> {
    this.heads += 1;
    if (this.#isThrottled()) return { state: 'unreadable', reason: 'throttled' };
    const version = this.find(object);
    if (version === undefined) return { state: 'absent' };
    if (version.marker)
      return object.versionId === undefined ? { state: 'absent' } : { state: 'absent', deleteMarker: true };
    return show(version);
  }
}

function toParts(sizeBytes: number): readonly Part[] {
  const firstBytes = Math.ceil(sizeBytes / 2);
  return [firstBytes, sizeBytes - firstBytes].map((size, index) => {
    return { partNumber: index + 1, sizeBytes: size, checksums: [] };
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function toState(version: SimulatedVersion): ObjectState {
  const { versionId, sizeBytes, content, metadata, tags, storageClass, lastModifiedMs, status, multipart } = version;
  const md5 = createHash('md5').update(content).digest('hex');
  const tagCount = Object.keys(tags).length;
  return {
    versionId,
    sizeBytes,
    etag: parseETag(multipart ? `${md5}-2` : md5, 'sse-s3'),
    checksums: [],
    encryption: 'sse-s3',
    storageClass,
    lastModifiedAt: new Date(Math.floor(lastModifiedMs / 1_000) * 1_000),
    metadata,
    ...(tagCount === 0 ? {} : { tagCount }),
    ...(status === undefined ? {} : { replicationStatus: status }),
  };
}
