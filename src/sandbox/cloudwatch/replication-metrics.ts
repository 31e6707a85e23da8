import type { ReplicationNumbers } from '../s3/replication-numbers.ts';
import type { SandboxClock } from '../service.ts';
import type { MetricStore } from './metric-store.ts';

const MINUTE_MS = 60_000;

/** Turns what S3 knows of its replication into the metrics of `AWS/S3`. */
export interface ReplicationSampler {
  /** Measures now. */
  sample(): void;
}

/**
 * Measures once a minute from now on, besides whenever it is asked to. What is pending is measured in the Region of the destination,
 * what failed in that of the source.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
 */
export function startReplicationSampler(
  metrics: MetricStore,
  { now, schedule }: SandboxClock,
  numbers: () => readonly ReplicationNumbers[],
): ReplicationSampler {
  /** Counters when they were last measured: metrics are about what happened since. */
  const measured = new Map<string, Pick<ReplicationNumbers, 'operations' | 'failedOperations'>>();

  function sample(): void {
    for (const rule of numbers()) {
      const { sourceBucket, destinationBucket, ruleId } = rule;
      const dimensions = { SourceBucket: sourceBucket, DestinationBucket: destinationBucket, RuleId: ruleId };
      const common = { namespace: 'AWS/S3', dimensions, at: now() };
      if (rule.destinationRegion !== undefined) {
        const there = { ...common, region: rule.destinationRegion };
        metrics.put({ ...there, name: 'ReplicationLatency', unit: 'Seconds', value: rule.latencyMs / 1000 });
        metrics.put({ ...there, name: 'BytesPendingReplication', unit: 'Bytes', value: rule.pendingBytes });
        metrics.put({ ...there, name: 'OperationsPendingReplication', unit: 'Count', value: rule.pendingOperations });
      }
      const id = JSON.stringify(dimensions);
      const before = measured.get(id) ?? { operations: 0, failedOperations: 0 };
      measured.set(id, rule);
      const count = rule.operations - before.operations;
      if (count === 0) continue;
      const sum = rule.failedOperations - before.failedOperations;
      const value = { count, sum, min: sum === count ? 1 : 0, max: sum === 0 ? 0 : 1 };
      metrics.put({ ...common, region: rule.sourceRegion, name: 'OperationsFailedReplication', unit: 'Count', value });
    }
  }

  const again = (): void => {
    sample();
    schedule(MINUTE_MS, again);
  };
  schedule(MINUTE_MS, again);
  return { sample };
}
