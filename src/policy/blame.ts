import type { ObjectFacts, ObjectState, ReplicaFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import type { Observation } from '../model/observation.ts';
import { isEligible, ruleFor } from '../model/replication-rule.ts';

type Seen = Pick<ObjectFacts, 'event' | 'source' | 'replicas'>;

/**
 * The findings of a look without those that blame a destination for what S3's status says of another: the status of a source is
 * one for all of its destinations, those included that Holdfast does not know of. `links` are all from the bucket.
 *
 * A marker has no status that tells whether it was replicated itself. In a two-way pair, one that is at one side only may be what
 * is left after its original was removed, which is never replicated.
 */
export function withoutMisplacedBlame(
  findings: readonly Finding[],
  facts: Seen,
  links: readonly Link[],
): readonly Finding[] {
  if (facts.replicas !== undefined && isReplica(facts.source)) return []; // it came from there, and is never sent back
  const held = findings.filter(({ code, evidence }) => {
    const replica = facts.replicas?.find(({ link }) => linkId(link) === evidence['link']);
    if (replica === undefined) return true;
    switch (code) {
      case 'replication-failed':
        return !isUnselected(replica, facts, links) && isOnlySuspect(replica, facts, links);
      case 'replica-missing':
      case 'replica-overdue':
        return !isUnselected(replica, facts, links);
      default:
        return true;
    }
  });
  return held.map((finding): Finding => {
    const link = links.find((each) => linkId(each) === finding.evidence['link']);
    if (finding.code !== 'delete-marker-differs' || link?.policy.twoWay !== true) return finding;
    return { ...finding, verdict: 'unverifiable', evidence: { ...finding.evidence, origin: 'unknown' } };
  });
}

/** Whether the version was written by replication. */
export function isReplica(source: Observation<ObjectState> | undefined): boolean {
  return source?.state === 'present' && source.value.replicationStatus === 'REPLICA';
}

/** No rule sends the version to this destination, and another destination explains why it has a status. */
export function isUnselected(replica: ReplicaFacts, { event, source }: Seen, links: readonly Link[]): boolean {
  if (replica.rules?.state !== 'present' || source?.state !== 'present') return false;
  if (othersOf(replica, event.object.key, links).length === 0) return false;
  const rule = ruleFor(replica.rules.value, { key: event.object.key }, replica.link.destination.bucket);
  return rule === undefined || (rule !== 'unknown' && !isEligible(rule, { ...source.value, key: event.object.key }));
}

/** Every other destination was seen to have it. */
function isOnlySuspect(replica: ReplicaFacts, { event, replicas = [] }: Seen, links: readonly Link[]): boolean {
  const arrived = new Set(
    replicas.filter((each) => each.replica.state === 'present').map(({ link }) => link.destination.bucket),
  );
  return othersOf(replica, event.object.key, links).every((bucket) => arrived.has(bucket));
}

/** Buckets that the version may also have to go to: by the rules where they are known, by the configuration otherwise. */
function othersOf({ link, rules }: ReplicaFacts, key: string, links: readonly Link[]): readonly string[] {
  const buckets =
    rules?.state === 'present'
      ? rules.value.rules
          .filter(({ enabled, prefix }) => enabled && key.startsWith(prefix))
          .map(({ destinationBucket }) => destinationBucket)
      : links.map(({ destination }) => destination.bucket);
  return buckets.filter((bucket) => bucket !== link.destination.bucket);
}
