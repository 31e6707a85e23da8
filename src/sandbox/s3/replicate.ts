import type { World } from '../service.ts';
import type { Announcer } from './announce.ts';
import type { BodyStore } from './body-store.ts';
import { attemptReplication } from './replication-attempt.ts';
import type { ReplicationConfiguration, ReplicationRule } from './replication-config.ts';
import { eligibleRules, replicatingRules } from './replication-eligibility.ts';
import { createReplicationTally, type ReplicationNumbers } from './replication-numbers.ts';
import { operationOf, type ReplicatedChange, type ReplicationOrder } from './replication-order.ts';
import { reportReplication } from './replication-report.ts';
import { createStatusBoard } from './replication-status.ts';
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
  /** One thing about a version was changed by a user. */
  modified(bucket: Bucket, version: Version, change: Exclude<ReplicatedChange, 'created'>): void;
  /** Replicates a version because a batch job asks for it; resolves with the reasons of what failed, when all is settled. */
  again(bucket: Bucket, version: Version): Promise<readonly string[]>;
  /** Copies that are not settled. */
  pending(): number;
  numbers(): readonly ReplicationNumbers[];
}

/** What replication needs of the S3 that it belongs to. */
export interface ReplicationSite {
  readonly world: World;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly bodies: BodyStore;
  readonly events: Announcer;
}

/** An order that is under way. */
interface Job {
  readonly order: ReplicationOrder;
  missedThreshold: boolean;
  /** Hears the end; the reason, where it failed. */
  readonly settled: (reason: string | undefined) => void;
}

type Asked = Pick<ReplicationOrder, 'source' | 'version' | 'change' | 'role' | 'batch'>;

export function createReplicator(site: ReplicationSite): Replicator {
  const { buckets, world } = site;
  const { clock, faults } = world;
  const tally = createReplicationTally();
  const statuses = createStatusBoard();
  const underWay = new Set<Job>();
  /** Where each version was sent when it was written: later changes of it go there, and nowhere else. */
  const destinations = new WeakMap<Version, Set<string>>();

  function start(asked: Asked, rule: ReplicationRule, settled: Job['settled'] = () => undefined): void {
    const { version, change } = asked;
    const whole = version.kind === 'object' && change === 'created';
    const body = whole ? site.bodies.share(version.body) : undefined;
    const order: ReplicationOrder = { ...asked, rule, requestedAtMs: clock.now(), body };
    const job: Job = { order, missedThreshold: false, settled };
    underWay.add(job);
    statuses.started(version);
    tally.started(order);
    if (change === 'created')
      destinations.set(version, new Set([...(destinations.get(version) ?? []), rule.destination]));
    schedule(job, REPLICATION_MS + plannedDelayMs(order));
    if (rule.timeControl && !asked.batch) clock.schedule(THRESHOLD_MS, () => missThreshold(job));
  }

  /** A delay of one destination names its bucket; one of all of them may name the source. */
  function plannedDelayMs(order: ReplicationOrder): number {
    const { source, version, rule } = order;
    const { key, versionId } = version;
    const target = { service: 's3', operation: operationOf(order), key, versionId };
    const region = buckets.get(rule.destination)?.region;
    const fault =
      faults.take('delay-replication', { ...target, bucket: source.name, region: source.region }) ??
      faults.take('delay-replication', {
        ...target,
        bucket: rule.destination,
        ...(region === undefined ? {} : { region }),
      });
    return fault === undefined ? 0 : (fault.delayMs ?? DEFAULT_DELAY_MS);
  }

  function schedule(job: Job, delayMs: number): void {
    clock.schedule(delayMs, () => attempt(job));
  }

  async function attempt(job: Job): Promise<void> {
    const outcome = await attemptReplication(site, job.order, isComing(job.order));
    switch (outcome.state) {
      case 'later':
        schedule(job, RETRY_MS);
        return;
      case 'done':
        await settle(job, undefined);
        return;
      case 'failed':
        await settle(job, outcome.reason);
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Whether the version itself is still on its way to where a change of it is to go. */
  function isComing({ version, rule, change }: ReplicationOrder): boolean {
    if (change === 'created') return false;
    return [...underWay].some(
      ({ order }) =>
        order.change === 'created' && order.version === version && order.rule.destination === rule.destination,
    );
  }

  async function settle(job: Job, reason: string | undefined): Promise<void> {
    const { order } = job;
    const { version, rule, body, requestedAtMs } = order;
    underWay.delete(job);
    tally.settled(order, reason !== undefined);
    statuses.settled(version, reason !== undefined);
    if (reason !== undefined && rule.metrics)
      reportReplication(site, order, { event: 'OperationFailedReplication', failureReason: reason });
    if (reason === undefined && job.missedThreshold) {
      const minutes = Math.ceil((clock.now() - requestedAtMs) / 60_000);
      reportReplication(site, order, {
        event: 'OperationReplicatedAfterThreshold',
        threshold: '15',
        replicationTime: String(minutes),
      });
    }
    if (body !== undefined) await site.bodies.release(body);
    job.settled(reason);
  }

  function missThreshold(job: Job): void {
    if (!underWay.has(job)) return;
    job.missedThreshold = true;
    reportReplication(site, job.order, { event: 'OperationMissedThreshold', threshold: '15' });
  }

  const startAll = (
    asked: Omit<Asked, 'role'>,
    { role }: ReplicationConfiguration,
    rules: readonly ReplicationRule[],
  ) => rules.forEach((rule) => start({ ...asked, role }, rule));

  return {
    created(source, version) {
      const { replication } = source;
      if (replication === undefined) return;
      const asked = { source, version, change: 'created', batch: false } as const;
      startAll(asked, replication, replicatingRules(replication, version));
    },
    modified(source, version, change) {
      const { replication } = source;
      // Only what went over, or will: a changed tag does not make an old object eligible.
      if (replication === undefined || version.replicationStatus === undefined) return;
      const sentTo = destinations.get(version);
      const rules = replicatingRules(replication, version).filter(
        ({ destination }) => version.replica || sentTo?.has(destination) === true,
      );
      startAll({ source, version, change, batch: false }, replication, rules);
    },
    async again(source, version) {
      const { replication } = source;
      if (replication === undefined) return ['SrcBucketReplicationConfigMissing'];
      const rules = eligibleRules(replication, version);
      if (rules.length === 0) return ['SrcObjectNotEligible'];
      const asked = { source, version, change: 'created', role: replication.role, batch: true } as const;
      const ends = rules.map((rule) => new Promise<string | undefined>((resolve) => start(asked, rule, resolve)));
      return (await Promise.all(ends)).filter((reason) => reason !== undefined);
    },
    pending: () => underWay.size,
    numbers: () => tally.numbers(buckets, clock.now()),
  };
}
