import type { ObjectFacts, ReplicaFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { mayHaveRemovedMarker } from '../model/lifecycle.ts';
import { isTemporary } from '../model/observation.ts';
import { ruleFor } from '../model/replication-rule.ts';
import { type Check, ofReplica } from './check.ts';

/**
 * A delete marker that a rule replicates and that has not arrived: at the destination the object is still there. Markers are
 * outside of every promise of S3 about time, so only the last look judges.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html
 */
export const deleteMarkerDivergence: Check = {
  id: 'delete-marker-divergence',
  needs: ['replicas'],
  run(facts) {
    const { event, source, due, replicas = [] } = facts;
    if (event.kind !== 'delete-marker-created' || due?.last !== true) return [];
    if (source?.state !== 'absent' || source.deleteMarker !== true) return []; // removed meanwhile, or not to be seen
    return replicas.flatMap((replica) => judge(facts, replica));
  },
};

function judge(facts: ObjectFacts, replica: ReplicaFacts): readonly Finding[] {
  const { link, rules, lifecycle } = replica;
  if (replica.replica.state !== 'absent' || replica.replica.deleteMarker === true) return [];
  if (link.policy.expect.deleteMarkers === 'any' || rules?.state === 'absent') return [];
  const about = ofReplica(facts, replica);
  const unread = [rules, lifecycle?.destination].find((each) => each?.state === 'unreadable');
  if (rules?.state !== 'present' || unread?.state === 'unreadable') {
    const reason = unread?.state === 'unreadable' ? unread.reason : undefined;
    const retry = reason !== undefined && isTemporary(reason) ? { retry: true } : {};
    const evidence = { ...about.evidence, what: 'rules', reason: reason ?? 'unknown' };
    return [{ ...about, verdict: 'unverifiable', code: 'delete-marker-differs', ...retry, evidence }];
  }
  const { key } = facts.event.object;
  const rule = ruleFor(rules.value, { key, tags: {} }, link.destination.bucket); // a marker has no tags
  if (rule === undefined || rule === 'unknown' || !rule.deleteMarkers) return [];
  const expiring = lifecycle?.destination.state === 'present' ? lifecycle.destination.value : [];
  const aging = { key, sizeBytes: 0, createdAt: facts.event.eventAt };
  if (mayHaveRemovedMarker(expiring, aging, facts.lookedAt ?? facts.event.eventAt)) return [];
  const evidence = { ...about.evidence, ruleId: rule.id };
  // A marker has no replication status. In a two-way pair it may be a replica itself, of one that was removed there since.
  if (link.policy.twoWay) {
    const unknown = { ...evidence, what: 'origin', reason: 'unknown' };
    return [{ ...about, verdict: 'unverifiable', code: 'delete-marker-differs', evidence: unknown }];
  }
  return [{ ...about, verdict: 'violated', code: 'delete-marker-differs', evidence }];
}
