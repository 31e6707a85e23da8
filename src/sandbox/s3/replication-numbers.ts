import type { ReplicationOrder } from './replication-order.ts';
import type { Bucket } from './stored.ts';

/**
 * What S3 measures of one rule with replication metrics: the raw material of the metrics in `AWS/S3`, whose dimensions are
 * source bucket, destination bucket and rule.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 */
export interface ReplicationNumbers {
  readonly sourceBucket: string;
  readonly sourceRegion: string;
  readonly destinationBucket: string;
  /** Absent once the destination is gone: the metrics about what is pending stop then. */
  readonly destinationRegion?: string;
  readonly ruleId: string;
  /** Now; batch jobs do not count. */
  readonly pendingOperations: number;
  readonly pendingBytes: number;
  /** By how much the destination is behind: the age of the oldest pending operation, 0 where none is. */
  readonly latencyMs: number;
  /** Since the sandbox started, batch jobs included. */
  readonly failedOperations: number;
  /** Likewise: all that came to an end, the failed ones too. */
  readonly operations: number;
}

interface Tally {
  /** In the order of the requests. */
  readonly pending: Set<ReplicationOrder>;
  pendingBytes: number;
  failed: number;
  settled: number;
}

/** Counts what is on its way by every rule. */
export interface ReplicationTally {
  started(order: ReplicationOrder): void;
  settled(order: ReplicationOrder, failed: boolean): void;
  /** Every rule that has metrics now, also those by which nothing goes. */
  numbers(buckets: ReadonlyMap<string, Bucket>, nowMs: number): readonly ReplicationNumbers[];
}

export function createReplicationTally(): ReplicationTally {
  const tallies = new Map<string, Tally>();

  function tallyOf(source: string, rule: { readonly destination: string; readonly id: string }): Tally {
    const id = JSON.stringify([source, rule.destination, rule.id]);
    const known = tallies.get(id) ?? { pending: new Set(), pendingBytes: 0, failed: 0, settled: 0 };
    tallies.set(id, known);
    return known;
  }

  return {
    started(order) {
      if (order.batch) return;
      const tally = tallyOf(order.source.name, order.rule);
      tally.pending.add(order);
      tally.pendingBytes += bytesOf(order);
    },
    settled(order, failed) {
      const tally = tallyOf(order.source.name, order.rule);
      if (tally.pending.delete(order)) tally.pendingBytes -= bytesOf(order);
      tally.settled += 1;
      if (failed) tally.failed += 1;
    },
    numbers: (buckets, nowMs) =>
      [...buckets.values()].flatMap(({ name, region, replication }) =>
        (replication?.rules ?? [])
          .filter((rule) => rule.enabled && rule.metrics)
          .map((rule): ReplicationNumbers => {
            const { pending, pendingBytes, failed, settled } = tallyOf(name, rule);
            const [oldest] = pending;
            const destinationRegion = buckets.get(rule.destination)?.region;
            return {
              sourceBucket: name,
              sourceRegion: region,
              destinationBucket: rule.destination,
              ...(destinationRegion === undefined ? {} : { destinationRegion }),
              ruleId: rule.id,
              pendingOperations: pending.size,
              pendingBytes,
              latencyMs: oldest === undefined ? 0 : nowMs - oldest.requestedAtMs,
              failedOperations: failed,
              operations: settled,
            };
          }),
      ),
  };
}

/** Of a change of tags, ACL or lock no bytes wait. */
function bytesOf({ version, change }: ReplicationOrder): number {
  return version.kind === 'object' && change === 'created' ? version.sizeBytes : 0;
}
