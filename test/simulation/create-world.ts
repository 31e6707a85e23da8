import type { LifecycleRule, ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { BucketConfig, Config, PairConfig } from '../../src/model/config.ts';
import { type SimulatedBucket, SimulatedS3 } from './simulated-s3.ts';
import { SimulatedWorld } from './simulated-world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function bucketConfig(bucket: string, region: string): BucketConfig {
  return { bucket, region, account: '111122223333', kmsKeys: [] };
}

/** What kind of pair is played with. `lifecycle`: one-way, with rules that remove and move versions at both sides. */
export type Kind = 'one-way' | 'two-way' | 'forked' | 'lifecycle';

export const KINDS: readonly Kind[] = ['one-way', 'two-way', 'forked', 'lifecycle'];

function pairConfig(kind: Kind): PairConfig {
  const copy = bucketConfig('orders-euw1', 'eu-west-1');
  return {
    name: 'orders',
    source: bucketConfig('orders-use1', 'us-east-1'),
    destinations: kind === 'forked' ? [copy, bucketConfig('orders-usw2', 'us-west-2')] : [copy],
    twoWay: kind === 'two-way',
    followUp: 'every',
    match: 'version',
    lookAfterMs: [60_000, 300_000, 900_000, HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, DAY_MS],
    expect: {
      storageClass: 'same',
      encryption: 'same',
      kmsKey: 'any',
      owner: 'same',
      deleteMarkers: 'same',
      lifecycle: 'same',
    },
  };
}

/** What the second of two destinations gets. */
const SELECTED = ['a/plain', 'a/a+b', 'a/é', 'a/deep'];

function rule(destinationBucket: string, prefix: string = ''): ReplicationRule {
  return {
    id: `everything ${prefix}`,
    enabled: true,
    priority: 1,
    prefix,
    tags: {},
    deleteMarkers: true,
    kmsObjects: false,
    replicaModifications: true,
    destinationBucket,
    ownerOverride: false,
    metrics: true,
    timeControl: false,
  };
}

const LIFECYCLE: LifecycleRule = {
  id: 'tidy',
  enabled: true,
  prefix: '',
  tags: {},
  expiredDeleteMarker: false,
  noncurrentExpiration: { days: 1 },
  transitions: [{ days: 1, storageClass: 'STANDARD_IA' }],
  noncurrentTransitions: [],
};

/** Buckets of this kind of pair, and a stack in each of their Regions. */
export function createWorld(kind: Kind): SimulatedWorld {
  const pair = pairConfig(kind);
  const { source, destinations } = pair;
  const all = [source, ...destinations];
  const config: Config = {
    version: 1,
    pairs: [pair],
    mraps: [],
    verify: all.map(({ bucket }) => ({ bucket, prefix: '', evidence: 'etag', declared: [] })),
    alerts: { severity: 'warning', subscriptions: [] },
  };
  const forth = destinations.flatMap(({ bucket }, index) =>
    (index === 0 ? [''] : SELECTED).map((prefix) => rule(bucket, prefix)),
  );
  const back = kind === 'two-way' ? [rule(source.bucket)] : [];
  const lifecycle = kind === 'lifecycle' ? [LIFECYCLE] : [];
  const buckets = all.map(({ bucket, region }): SimulatedBucket => {
    const rules = bucket === source.bucket ? forth : back;
    return { bucket, region, keys: new Map(), rules, lifecycle };
  });
  return new SimulatedWorld(new SimulatedS3(buckets), config);
}
