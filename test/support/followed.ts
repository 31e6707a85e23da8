import type { ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { Config, PairConfig } from '../../src/model/config.ts';
import type { ObjectEvent } from '../../src/model/event.ts';
import type { ObjectRef } from '../../src/model/object.ts';
import type { Ports } from '../../src/ports.ts';
import { type SimulatedBucket, SimulatedS3, type SimulatedVersion } from '../simulation/simulated-s3.ts';
import { type Delivery, deliver, notificationOf } from './deliver.ts';
import { anEvent, aRule } from './facts.ts';
import { createFakeWorld, type FakeWorld } from './fake-ports.ts';
import { aPair, pairConfig } from './pairs.ts';

/** When everything in these worlds was created. */
export const CREATED_AT: Date = new Date('2026-11-02T00:00:00Z');

/** A world with a pair, whose stacks are all one, and an S3 that knows about buckets. */
export interface FollowedWorld {
  readonly world: FakeWorld;
  readonly s3: SimulatedS3;
  readonly config: Config;
  readonly ports: Ports;
  /** Puts a version into one bucket. */
  put(bucket: string, version: Partial<SimulatedVersion> & { readonly key: string }): SimulatedVersion;
  deliver(bodies: readonly string[], delivery?: Delivery): Promise<void>;
}

export function createFollowedWorld(pair: Partial<PairConfig> = {}): FollowedWorld {
  const { source, destinations, ...rest } = aPair(pair);
  const rules = destinations.map(({ bucket }) => aReplicationRule(bucket));
  const buckets: readonly SimulatedBucket[] = [
    { bucket: source.bucket, region: source.region, keys: new Map(), rules, lifecycle: [] },
    ...destinations.map(({ bucket, region }) => {
      const back = rest.twoWay ? [aReplicationRule(source.bucket)] : [];
      return { bucket, region, keys: new Map(), rules: back, lifecycle: [] };
    }),
  ];
  const s3 = new SimulatedS3(buckets);
  const world = createFakeWorld();
  world.now = CREATED_AT;
  const verify = buckets.map(({ bucket }) => aRule({ bucket, evidence: 'etag' }));
  const config = pairConfig([{ source, destinations, ...rest }], ...verify);
  const ports: Ports = { ...world.ports, objects: s3.objects, buckets: s3.settings };
  return {
    world,
    s3,
    config,
    ports,
    put(bucket, version) {
      const stored = aVersion(version);
      s3.versions(bucket, version.key).unshift(stored);
      return stored;
    },
    deliver: async (bodies, { through = (same: Ports) => same, ...delivery } = {}) =>
      deliver(world, bodies, { config, ...delivery, through: () => through(ports) }),
  };
}

function aVersion(changes: Partial<SimulatedVersion> & { readonly key: string }): SimulatedVersion {
  const content = changes.content ?? `content of ${changes.key}`;
  return {
    versionId: 'v1',
    marker: false,
    createdMs: CREATED_AT.getTime(),
    lastModifiedMs: CREATED_AT.getTime(),
    order: 1,
    sizeBytes: content.length,
    content,
    multipart: false,
    metadata: {},
    tags: {},
    storageClass: 'STANDARD',
    byLifecycle: false,
    ...changes,
  };
}

export function aReplicationRule(destinationBucket: string): ReplicationRule {
  return {
    id: `to ${destinationBucket}`,
    enabled: true,
    priority: 1,
    prefix: '',
    tags: {},
    deleteMarkers: true,
    kmsObjects: false,
    replicaModifications: false,
    destinationBucket,
    ownerOverride: false,
    metrics: true,
    timeControl: false,
  };
}

/** The event of one version in a bucket, as S3 sends it. */
export function eventOf(object: ObjectRef, changes: Partial<ObjectEvent> = {}): string {
  const { kind = 'created' } = changes;
  const name = NAMES[kind] ?? 'ObjectCreated:Put';
  return notificationOf(anEvent({ object, name, eventAt: CREATED_AT, ...changes }));
}

const NAMES: Readonly<Partial<Record<ObjectEvent['kind'], string>>> = {
  'delete-marker-created': 'ObjectRemoved:DeleteMarkerCreated',
  'tags-changed': 'ObjectTagging:Put',
  'replication-failed': 'Replication:OperationFailedReplication',
};
