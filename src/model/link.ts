import type { BucketConfig, Config, PairConfig } from './config.ts';

/** One direction of replication: what one source sends to one of its destinations. A two-way pair has links in both directions. */
export interface Link {
  /** Name of the pair in holdfast.yml. */
  readonly pair: string;
  readonly source: BucketConfig;
  readonly destination: BucketConfig;
  /** From a destination of a two-way pair to its source. */
  readonly back: boolean;
  readonly policy: Pick<PairConfig, 'twoWay' | 'followUp' | 'match' | 'lookAfterMs' | 'expect'>;
}

/** Every link of the configuration, in its order. */
export function linksOf({ pairs }: Pick<Config, 'pairs'>): readonly Link[] {
  return pairs.flatMap(({ name, source, destinations, twoWay, followUp, match, lookAfterMs, expect }) => {
    const policy = { twoWay, followUp, match, lookAfterMs, expect };
    return destinations.flatMap((destination): readonly Link[] => {
      const forth = { pair: name, source, destination, back: false, policy };
      return twoWay ? [forth, { pair: name, source: destination, destination: source, back: true, policy }] : [forth];
    });
  });
}

/** Where the versions that are written to a bucket are to arrive. */
export function linksFrom(config: Pick<Config, 'pairs'>, bucket: string): readonly Link[] {
  return linksOf(config).filter(({ source }) => source.bucket === bucket);
}

/** Where the replicas in a bucket come from. */
export function linksTo(config: Pick<Config, 'pairs'>, bucket: string): readonly Link[] {
  return linksOf(config).filter(({ destination }) => destination.bucket === bucket);
}

/** Names a link in keys of the ledger, in messages and metrics: `<pair>/<source bucket>/<destination bucket>`. */
export function linkId({ pair, source, destination }: Pick<Link, 'pair' | 'source' | 'destination'>): string {
  return `${pair}/${source.bucket}/${destination.bucket}`;
}
