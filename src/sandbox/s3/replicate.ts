import type { Fault, FaultTarget, World } from '../service.ts';
import type { Announcer } from './announce.ts';
import type { Body, BodyStore } from './body-store.ts';
import { failureOf, isTemporarilyDown, ReplicationFailure } from './replication-failure.ts';
import type { ReplicationRule } from './replication-config.ts';
import { needsKms, replicatingRules } from './replication-eligibility.ts';
import { reportReplication, type ReplicationOrder } from './replication-report.ts';
import { writeReplica } from './replica.ts';
import type { Bucket, Version } from './stored.ts';

/** Sandbox time from an upload to its replica, when nothing stands in the way. */
const REPLICATION_MS = 100;
/** How long S3 waits before it tries a destination again that was not there. */
const RETRY_MS = 2000;
const DEFAULT_DELAY_MS = 60_000;
/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html */
const THRESHOLD_MS = 15 * 60_000;

export interface Replicator {
  /** A version was written by a user. */
  created(bucket: Bucket, version: Version): void;
  /** Tags or ACL of a version were changed by a user. */
  modified(bucket: Bucket, version: Version): void;
  /** Copies that are not settled. */
  pending(): number;
}

interface Job extends ReplicationOrder {
  readonly body: Body | undefined;
  missedThreshold: boolean;
}

/** What replication needs of the S3 that it belongs to. */
export interface ReplicationSite {
  readonly world: World;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly bodies: BodyStore;
  readonly events: Announcer;
}

export function createReplicator(site: ReplicationSite): Replicator {
  const { buckets, world } = site;
  const { clock, faults } = world;
  /** Destinations that are not done yet, and whether one failed, per source version. */
  const open = new Map<Version, { left: number; failed: boolean }>();
  const settled = new WeakSet<Job>();
  let pending = 0;

  function start(source: Bucket, version: Version, rules: readonly ReplicationRule[]): void {
    if (rules.length === 0) return;
    const known = open.get(version) ?? { left: 0, failed: false };
    open.set(version, { ...known, left: known.left + rules.length });
    if (version.replicationStatus !== 'REPLICA') version.replicationStatus = 'PENDING';
    for (const rule of rules) {
      pending += 1;
      const body = version.kind === 'object' ? site.bodies.share(version.body) : undefined;
      const job: Job = { source, version, rule, requestedAtMs: clock.now(), body, missedThreshold: false };
      const delay = take('delay-replication', job, 'ReplicateObject', source);
      schedule(job, REPLICATION_MS + (delay === undefined ? 0 : (delay.delayMs ?? DEFAULT_DELAY_MS)));
      if (rule.timeControl) clock.schedule(THRESHOLD_MS, () => missThreshold(job));
    }
  }

  function take(kind: Fault['kind'], { version }: Job, operation: string, at: Bucket): Fault | undefined {
    const target: FaultTarget = {
      region: at.region,
      service: 's3',
      operation,
      bucket: at.name,
      key: version.key,
      versionId: version.versionId,
    };
    return faults.take(kind, target);
  }

  function schedule(job: Job, delayMs: number): void {
    clock.schedule(delayMs, () => attempt(job));
  }

  async function attempt(job: Job): Promise<void> {
    const { source, version, rule } = job;
    const operation = version.kind === 'object' ? 'ReplicateObject' : 'ReplicateDelete';
    const destination = buckets.get(rule.destination);
    const down = [source, ...(destination === undefined ? [] : [destination])].some((bucket) =>
      isTemporarilyDown((kind) => take(kind, job, operation, bucket), needsKms(version)),
    );
    if (down) {
      schedule(job, RETRY_MS);
      return;
    }
    // Removed for good meanwhile: there is nothing left to copy.
    if (!source.objects.versions(version.key).includes(version)) {
      await settle(job, 'COMPLETED');
      return;
    }
    try {
      if (destination === undefined) throw new ReplicationFailure('DstBucketNotFound');
      if (destination.versioning !== 'Enabled') throw new ReplicationFailure('DstBucketUnversioned');
      const failure = failureOf((kind) => take(kind, job, operation, destination), needsKms(version));
      if (failure !== undefined) throw failure;
      await writeReplica(site, { version, rule, destination, body: job.body });
      await settle(job, 'COMPLETED');
    } catch (error) {
      if (!(error instanceof ReplicationFailure)) throw error;
      await settle(job, 'FAILED', error.reason);
    }
  }

  async function settle(job: Job, outcome: 'COMPLETED' | 'FAILED', failureReason = ''): Promise<void> {
    const { version, rule, body } = job;
    settled.add(job);
    pending -= 1;
    const known = open.get(version);
    if (known !== undefined) {
      known.left -= 1;
      known.failed ||= outcome === 'FAILED';
      if (known.failed) version.replicationStatus = 'FAILED';
      if (known.left === 0) {
        open.delete(version);
        if (!known.failed && version.replicationStatus === 'PENDING') version.replicationStatus = 'COMPLETED';
      }
    }
    if (outcome === 'FAILED' && rule.metrics)
      reportReplication(site, job, { event: 'OperationFailedReplication', failureReason });
    if (outcome === 'COMPLETED' && job.missedThreshold) {
      const minutes = Math.ceil((clock.now() - job.requestedAtMs) / 60_000);
      reportReplication(site, job, {
        event: 'OperationReplicatedAfterThreshold',
        threshold: '15',
        replicationTime: String(minutes),
      });
    }
    if (body !== undefined) await site.bodies.release(body);
  }

  function missThreshold(job: Job): void {
    if (settled.has(job)) return;
    job.missedThreshold = true;
    reportReplication(site, job, { event: 'OperationMissedThreshold', threshold: '15' });
  }

  return {
    created(bucket, version) {
      if (bucket.replication !== undefined) start(bucket, version, replicatingRules(bucket.replication, version));
    },
    modified(bucket, version) {
      // Only what went over, or will: a changed tag does not make an old object eligible.
      if (bucket.replication === undefined || version.replicationStatus === undefined) return;
      start(bucket, version, replicatingRules(bucket.replication, version));
    },
    pending: () => pending,
  };
}
