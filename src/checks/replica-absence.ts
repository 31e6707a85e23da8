import type { ObjectFacts, ObjectState, ReplicaFacts, ReplicationStatus } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { mayHaveExpired } from '../model/lifecycle.ts';
import { isTemporary } from '../model/observation.ts';
import { isEligible } from '../model/replication-rule.ts';
import { type SeededCopy, seededCopy } from '../model/seeded-copy.ts';
import { type Check, ofReplica, ruleOf } from './check.ts';

/** How much longer is waited where the time of an upload is that of its initiation, in milliseconds: seven days. */
const INITIATION_GRACE_MS = 7 * 24 * 3_600_000;

/**
 * A version that is not at a destination under its version ID. What that means depends on how the source is now: still on its
 * way, failed for good, never meant to go, gone itself, or replicated and missing without a word of S3.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html
 */
export const replicaAbsence: Check = {
  id: 'replica-absence',
  needs: ['replicas'],
  run(facts) {
    const { source, replicas = [] } = facts;
    if (source?.state !== 'present') return []; // gone, or a delete marker: a permanent delete is never replicated
    return replicas
      .filter(({ replica }) => replica.state === 'absent')
      .flatMap((replica) => {
        const others = replicas.filter((other) => other !== replica);
        return judge(facts, { replica, others, source: source.value });
      });
  },
};

interface Absence {
  readonly replica: ReplicaFacts;
  /** Of the other links that were looked at. */
  readonly others: readonly ReplicaFacts[];
  readonly source: ObjectState;
}

function judge(facts: ObjectFacts, absence: Absence): readonly Finding[] {
  const { replica, source } = absence;
  if (isOutOfSight(replica)) return []; // said elsewhere
  const seeded = seededCopy(replica, source);
  if (seeded !== undefined && replica.link.policy.match === 'content') {
    return [byContent(ofReplica(facts, replica), seeded)];
  }
  return BY_STATUS[source.replicationStatus ?? 'none'](facts, absence, seeded);
}

/** The content may be there under another version ID, and just now, or where only content counts, that cannot be seen. */
function isOutOfSight({ current, link }: ReplicaFacts): boolean {
  return current?.state === 'unreadable' && (isTemporary(current.reason) || link.policy.match === 'content');
}

type Judge = (facts: ObjectFacts, absence: Absence, seeded: SeededCopy | undefined) => readonly Finding[];

const BY_STATUS: Readonly<Record<ReplicationStatus | 'none', Judge>> = {
  COMPLETED: missing,
  FAILED: failed,
  PENDING: overdue,
  none: unattempted,
  REPLICA: () => [], // it came from elsewhere, and is never sent on
};

/** In a pair that matches by content, the current version is the replica. */
function byContent(about: ReturnType<typeof ofReplica>, { versionId, equal }: SeededCopy): Finding {
  const evidence = { ...about.evidence, currentVersionId: versionId };
  if (equal !== undefined) {
    const compared = { ...evidence, comparedWith: equal.by };
    return { ...about, verdict: 'verified', code: 'replica-matches', basis: equal.basis, evidence: compared };
  }
  const reason = { ...evidence, what: 'content of the current version', reason: 'no-common-evidence' };
  return { ...about, verdict: 'unverifiable', code: 'replica-not-comparable', evidence: reason };
}

/** S3 has replicated it, and it is not there. */
function missing(facts: ObjectFacts, { replica, source }: Absence, seeded: SeededCopy | undefined): readonly Finding[] {
  const about = ofReplica(facts, replica);
  const { lifecycle } = replica;
  if (seeded?.equal !== undefined) {
    const { by, basis } = seeded.equal;
    const evidence = { ...about.evidence, currentVersionId: seeded.versionId, comparedWith: by };
    return [{ ...about, verdict: 'violated', code: 'replica-under-other-version', basis, evidence }];
  }
  const evidence = { ...about.evidence, replicationStatus: 'COMPLETED' };
  if (lifecycle?.destination.state === 'unreadable') {
    const { reason } = lifecycle.destination;
    const unproved = { ...evidence, lifecycleRules: reason };
    const retry = isTemporary(reason) ? { retry: true } : {};
    return [{ ...about, verdict: 'unverifiable', code: 'replica-missing', ...retry, evidence: unproved }];
  }
  const rules = lifecycle?.destination.state === 'present' ? lifecycle.destination.value : [];
  const { key, versionId = source.versionId } = facts.event.object;
  const { sizeBytes, lastModifiedAt: createdAt } = source;
  const aging = { key, sizeBytes, createdAt, ...(versionId === undefined ? {} : { versionId }) };
  if (mayHaveExpired(rules, aging, facts.lookedAt ?? facts.event.eventAt) !== undefined) return [];
  return [{ ...about, verdict: 'violated', code: 'replica-missing', evidence }];
}

/**
 * S3 has never tried. It says so of versions that no rule selects, and for reasons that it does not tell: where a rule clearly
 * selects a version that was created before our eyes, that is said and nobody is accused. Tags may have come after the version.
 */
function unattempted(facts: ObjectFacts, { replica, source }: Absence): readonly Finding[] {
  const { event, due } = facts;
  if (event.kind !== 'created' || due?.eventUnknown === true || source.archive !== undefined) return [];
  const rule = ruleOf(facts, replica);
  if (rule === undefined || rule === 'unknown' || Object.keys(rule.tags).length > 0) return [];
  if (!isEligible(rule, { key: event.object.key, ...source })) return [];
  const about = ofReplica(facts, replica);
  const evidence = { ...about.evidence, replicationStatus: 'none', ruleId: rule.id };
  return [{ ...about, verdict: 'unverifiable', code: 'replica-missing', evidence }];
}

/**
 * The status is one for all destinations and does not say which failed: this one, if every other that was looked at has it.
 * Where others are missing as well, S3's own event names the destination.
 */
function failed(facts: ObjectFacts, { replica, others }: Absence): readonly Finding[] {
  if (others.some((other) => other.replica.state !== 'present')) return overdueIfLast(facts, replica);
  const about = ofReplica(facts, replica);
  const evidence = { ...about.evidence, reportedBy: 'replication-status' };
  return [{ ...about, verdict: 'violated', code: 'replication-failed', evidence }];
}

function overdue(facts: ObjectFacts, { replica, source: { etag } }: Absence): readonly Finding[] {
  const { due } = facts;
  const isYoung = due?.eventUnknown === true && etag.kind !== 'content-md5' && due.ageMs < INITIATION_GRACE_MS;
  return isYoung ? [] : overdueIfLast(facts, replica);
}

function overdueIfLast(facts: ObjectFacts, replica: ReplicaFacts): readonly Finding[] {
  const { due } = facts;
  if (due?.last !== true) return [];
  const about = ofReplica(facts, replica);
  const evidence = { ...about.evidence, ageSeconds: Math.round(due.ageMs / 1_000) };
  return [{ ...about, verdict: 'violated', code: 'replica-overdue', evidence }];
}
