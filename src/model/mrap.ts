import type { BucketConfig, Config, MrapConfig } from './config.ts';
import { type Link, linksOf } from './link.ts';

/** The buckets behind an access point, in the order of the configuration; S3 takes one for each Region. */
export function bucketsBehind(
  config: Pick<Config, 'pairs'>,
  { pairs }: Pick<MrapConfig, 'pairs'>,
): readonly BucketConfig[] {
  const all = config.pairs
    .filter(({ name }) => pairs.includes(name))
    .flatMap(({ source, destinations }) => [source, ...destinations]);
  return [...new Map(all.map((bucket) => [bucket.region, bucket])).values()];
}

/** What is replicated between the buckets behind an access point. */
export function linksBehind(config: Pick<Config, 'pairs'>, mrap: Pick<MrapConfig, 'pairs'>): readonly Link[] {
  return linksOf(config).filter(({ pair }) => mrap.pairs.includes(pair));
}

/** The buckets of a Region that are behind an access point for which somebody wants failover. */
export function observedIn(config: Pick<Config, 'pairs' | 'mraps'>, region: string): readonly BucketConfig[] {
  const wanted = config.mraps.filter(({ failover }) => failover.mode !== 'off');
  const behind = wanted.flatMap((mrap) => bucketsBehind(config, mrap)).filter((bucket) => bucket.region === region);
  return [...new Map(behind.map((bucket) => [bucket.bucket, bucket])).values()];
}

/** The access points that are watched from a Region: without a wish for failover nobody looks. */
export function observedFrom({ mraps }: Pick<Config, 'mraps'>, region: string): readonly MrapConfig[] {
  return mraps.filter(({ failover, observers }) => failover.mode !== 'off' && observers.includes(region));
}
