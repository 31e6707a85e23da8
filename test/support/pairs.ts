import type { BucketConfig, Config, ExpectedDifferences, PairConfig, VerifyRule } from '../../src/model/config.ts';
import type { ReplicaFacts } from '../../src/model/facts.ts';
import { type Link, linksOf } from '../../src/model/link.ts';
import { present } from '../../src/model/observation.ts';
import { aConfig, aState, OBJECT } from './facts.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const LOOK_AFTER_MS: readonly number[] = [1, 5, 15, 60, 240, 720, 1_440].map((minutes) => minutes * MINUTE_MS);

export const EXPECT: ExpectedDifferences = {
  storageClass: 'same',
  encryption: 'same',
  kmsKey: 'any',
  owner: 'same',
  deleteMarkers: 'same',
  lifecycle: 'same',
};

export function aBucket(bucket: string, region: string, account = '111122223333'): BucketConfig {
  return { bucket, region, account, kmsKeys: [] };
}

/** From the bucket of `OBJECT` to one in another Region. */
export function aPair(changes: Partial<PairConfig> = {}): PairConfig {
  return {
    name: 'photos',
    source: aBucket(OBJECT.bucket, OBJECT.region),
    destinations: [aBucket('photos-copy', 'us-east-1')],
    twoWay: false,
    followUp: 'every',
    match: 'version',
    lookAfterMs: LOOK_AFTER_MS,
    expect: EXPECT,
    ...changes,
  };
}

/** Links of one pair: the first goes forth, the second of a two-way pair back. */
export function linksOfPair(changes: Partial<PairConfig> = {}): readonly Link[] {
  return linksOf({ pairs: [aPair(changes)] });
}

export function aLink(changes: Partial<PairConfig> = {}): Link {
  const [link] = linksOfPair(changes);
  if (link === undefined) throw new Error('a pair without destinations has no link');
  return link;
}

/** What was seen of a replica that is there and equal. */
export function aReplica(changes: Partial<ReplicaFacts> = {}): ReplicaFacts {
  return { link: aLink(), replica: present(aState({ replicationStatus: 'REPLICA' })), ...changes };
}

/** Publishes everything. */
export function pairConfig(pairs: readonly PairConfig[], ...verify: readonly VerifyRule[]): Config {
  return { ...aConfig(...verify), pairs };
}
