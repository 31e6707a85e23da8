/** How CloudWatch counts a metric. */
type Unit = 'Bytes' | 'Count' | 'Milliseconds' | 'Seconds';

export type MetricName =
  | 'EventsIngested'
  | 'EventsIgnored'
  | 'EventsPoisoned'
  | 'Verified'
  | 'Violated'
  | 'Unverifiable'
  | 'Denied'
  | 'DetectionLatency'
  | 'BytesRead'
  | 'HiddenRetries'
  | 'HiddenThrottles'
  | 'ReplicationLag'
  | 'PendingVersions'
  | 'PendingBytes'
  | 'OldestPendingAge'
  | 'OldestUndelivered';

interface Metric {
  readonly unit: Unit;
  /** Beside `service`, which every metric has: each value of theirs is a metric that is billed. */
  readonly by: readonly string[];
}

/**
 * Every metric of the namespace `Holdfast`. The names are API: alarms, the dashboard and other people's alarms stand on them, and
 * a test compares this list with both.
 */
export const METRICS: Readonly<Record<MetricName, Metric>> = {
  /** First looks at what S3 told of. */
  EventsIngested: { unit: 'Count', by: [] },
  /** Told by S3, and needing no look. */
  EventsIgnored: { unit: 'Count', by: [] },
  /** Could not be read, and lie in the poison queue. */
  EventsPoisoned: { unit: 'Count', by: [] },
  Verified: { unit: 'Count', by: [] },
  Violated: { unit: 'Count', by: [] },
  Unverifiable: { unit: 'Count', by: [] },
  /** Unverifiable because our own role, or a key policy, is wrong. */
  Denied: { unit: 'Count', by: [] },
  /** From the event to the alert. */
  DetectionLatency: { unit: 'Milliseconds', by: [] },
  BytesRead: { unit: 'Bytes', by: [] },
  /** Attempts of the SDK after which a request came to a good end. */
  HiddenRetries: { unit: 'Count', by: [] },
  /** Those among them that S3 or KMS asked for. */
  HiddenThrottles: { unit: 'Count', by: [] },
  /** From the creation of a version to its arrival. */
  ReplicationLag: { unit: 'Milliseconds', by: ['pair', 'sizeClass'] },
  /** On the list of what has not arrived, counted once a minute in the Region of the destination. */
  PendingVersions: { unit: 'Count', by: ['link'] },
  PendingBytes: { unit: 'Bytes', by: ['link'] },
  /** Since the creation of the oldest version on that list; 0 where it is empty. */
  OldestPendingAge: { unit: 'Seconds', by: ['link'] },
  /** Since somebody first tried to send a notice that has not left; 0 where there is none. Counted once a minute. */
  OldestUndelivered: { unit: 'Seconds', by: [] },
};
