/** How long replicas took. Of minutes: each is the slowest of its minute, so that `p99Ms` holds in 99 % of the minutes. */
export interface LagPercentiles {
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** In how many minutes something was measured. */
  readonly minutes: number;
}

/** What was measured of one link in one stretch of time; absent members: nothing was published. */
export interface ReplicationMeasurements {
  /** S3's `ReplicationLatency`, the worst of the rules. */
  readonly latency?: LagPercentiles;
  /** The last of it: how far the destination is behind now. */
  readonly behind?: { readonly ms: number; readonly asOf: Date };
  /** Holdfast's own `ReplicationLag`: from creation to arrival. */
  readonly lag?: LagPercentiles;
  /** S3's last word on what is under way, all rules together. New objects only, so a batch job's are not in it. */
  readonly pending?: { readonly operations: number; readonly bytes: number; readonly asOf: Date };
  /** Operations that S3 gave up in this time, all rules together. */
  readonly failed?: number;
}

/** How much is written to a bucket. */
export interface WriteMeasurement {
  readonly versionsPerSecond: number;
  /** Mean size; absent: nothing says so. */
  readonly sizeBytes?: number;
  /**
   * `request-metrics`: PUT requests counted by S3, the parts of multipart uploads among them, so rather too many.
   * `object-count`: growth of the daily number of objects, so too few where objects are deleted.
   */
  readonly basis: 'request-metrics' | 'object-count';
}

/** The percentiles of values, each the slowest of its minute, in milliseconds; `undefined` where there are none. */
export function toLagPercentiles(minutesMs: readonly number[]): LagPercentiles | undefined {
  const sorted = minutesMs.toSorted((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const percentile = (share: number): number => Math.max(...sorted.slice(0, Math.ceil(share * sorted.length)));
  return {
    p50Ms: percentile(0.5),
    p90Ms: percentile(0.9),
    p99Ms: percentile(0.99),
    maxMs: percentile(1),
    minutes: sorted.length,
  };
}
