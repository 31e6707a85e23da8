import type { LifecycleRule, ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { ExpectedDifferences } from '../../src/model/config.ts';
import type { ObjectFacts, ObjectState, ReplicaFacts } from '../../src/model/facts.ts';
import type { Link } from '../../src/model/link.ts';
import { type Observation, present } from '../../src/model/observation.ts';
import { anEvent, aState, someFacts } from './facts.ts';

export const LINK: Link = {
  pair: 'photos',
  source: { bucket: 'photos', region: 'eu-west-1', account: '111122223333', kmsKeys: [] },
  destination: { bucket: 'photos-copy', region: 'us-east-1', account: '444455556666', kmsKeys: [] },
  back: false,
  policy: {
    twoWay: false,
    followUp: 'every',
    match: 'version',
    lookAfterMs: [60_000, 3_600_000],
    expect: {
      storageClass: 'same',
      encryption: 'same',
      kmsKey: 'any',
      owner: 'same',
      deleteMarkers: 'same',
      lifecycle: 'same',
    },
  },
};

/** The link with other expectations or another policy. */
export function aLink(changes: Partial<Link['policy']> = {}, expect: Partial<ExpectedDifferences> = {}): Link {
  const { policy } = LINK;
  return { ...LINK, policy: { ...policy, ...changes, expect: { ...policy.expect, ...expect } } };
}

export function aReplicationRule(changes: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    id: 'everything',
    enabled: true,
    priority: 1,
    prefix: '',
    tags: {},
    deleteMarkers: true,
    kmsObjects: true,
    replicaModifications: false,
    destinationBucket: LINK.destination.bucket,
    ownerOverride: false,
    metrics: true,
    timeControl: false,
    ...changes,
  };
}

export function aLifecycleRule(changes: Partial<LifecycleRule> = {}): LifecycleRule {
  return {
    id: 'rule',
    enabled: true,
    prefix: '',
    tags: {},
    expiredDeleteMarker: false,
    transitions: [],
    noncurrentTransitions: [],
    ...changes,
  };
}

/** An unencrypted object of one part, whose ETag is its MD5, that S3 says it has replicated. */
export function aSource(changes: Partial<ObjectState> = {}): ObjectState {
  return aState({
    etag: { kind: 'content-md5', hex: 'e1' },
    encryption: 'sse-s3',
    replicationStatus: 'COMPLETED',
    ...changes,
  });
}

export function aReplica(changes: Partial<ObjectState> = {}): ObjectState {
  return aSource({ replicationStatus: 'REPLICA', ...changes });
}

/** What a look at one destination showed: a replica without a flaw, unless a test says otherwise. */
export function replicaFacts(changes: Partial<ReplicaFacts> = {}): ReplicaFacts {
  return { link: LINK, replica: present(aReplica()), ...changes };
}

/** Facts of a look that follows one version to one destination, an hour after it was made. */
export function followedFacts(
  source: Observation<ObjectState> | undefined = present(aSource()),
  replica: Partial<ReplicaFacts> = {},
  changes: Partial<ObjectFacts> = {},
): ObjectFacts {
  return someFacts({
    event: anEvent(),
    reach: 'recorded',
    ...(source === undefined ? {} : { source }),
    replicas: [replicaFacts(replica)],
    lookedAt: new Date('2026-11-01T01:00:00Z'),
    due: { ageMs: 3_600_000, last: false },
    ...changes,
  });
}
