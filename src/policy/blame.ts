import type { ObjectFacts, ObjectState, ReplicaFacts } from '../model/facts.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { type Link, linkId } from '../model/link.ts';
import { type Observation, valueOf } from '../model/observation.ts';
import { isEligible, ruleFor } from '../model/replication-rule.ts';

type Seen = Pick<ObjectFacts, 'event' | 'source' | 'replicas' | 'due'>;

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
  return findings.flatMap((finding) => {
    const { code, evidence } = finding;
    const replica = facts.replicas?.find(({ link }) => linkId(link) === evidence['link']);
    if (replica === undefined || !ABSENCES.has(code)) return [ofKnownOrigin(finding, links)];
    const selection = selectionOf(replica, facts, links);
    if (selection === 'not-selected') return [];
    if (code === 'replication-failed' && isOnlySuspect(replica, facts, links)) return [finding];
    const missed = code === 'replication-failed' ? overdueAtLast(finding, facts) : [finding];
    return selection === 'selected' ? missed : missed.map((each) => inDoubt(each, { selection }));
  });
}

/** What is said of a destination because of the status of the source. */
const ABSENCES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'replication-failed',
  'replica-missing',
  'replica-overdue',
]);

/** Another destination may be the one that failed; it is missing here all the same, and for too long after the last look. */
function overdueAtLast({ evidence, ...about }: Finding, { due }: Seen): readonly Finding[] {
  if (due?.last !== true) return [];
  const { reportedBy: _, ...rest } = evidence;
  return [{ ...about, code: 'replica-overdue', evidence: { ...rest, ageSeconds: Math.round(due.ageMs / 1_000) } }];
}

function ofKnownOrigin(finding: Finding, links: readonly Link[]): Finding {
  const link = links.find((each) => linkId(each) === finding.evidence['link']);
  const isKnown = finding.code !== 'delete-marker-differs' || link?.policy.twoWay !== true;
  return isKnown ? finding : inDoubt(finding, { origin: 'unknown' });
}

function inDoubt(finding: Finding, why: Readonly<Record<string, string>>): Finding {
  return { ...finding, verdict: 'unverifiable', evidence: { ...finding.evidence, ...why } };
}

/** Whether the version was written by replication. */
export function isReplica(source: Observation<ObjectState> | undefined): boolean {
  return source?.state === 'present' && source.value.replicationStatus === 'REPLICA';
}

/** No rule sends the version to this destination, and another destination explains why it has a status. */
export function isUnselected(replica: ReplicaFacts, facts: Seen, links: readonly Link[]): boolean {
  return selectionOf(replica, facts, links) === 'not-selected';
}

/**
 * Whether the status of the source speaks of this destination, too: where there are others, only the rules tell. `unknown`: they,
 * or the tags by which one of them selects, cannot be seen.
 */
function selectionOf(
  replica: ReplicaFacts,
  { event, source }: Seen,
  links: readonly Link[],
): 'selected' | 'not-selected' | 'unknown' {
  const { rules, link, tags } = replica;
  if (rules === undefined || source?.state !== 'present') return 'selected';
  if (othersOf(replica, event.object.key, links).length === 0) return 'selected';
  if (rules.state !== 'present') return 'unknown';
  const known = valueOf(tags?.source);
  const object = { ...source.value, key: event.object.key, ...(known === undefined ? {} : { tags: known }) };
  const rule = ruleFor(rules.value, object, link.destination.bucket);
  if (rule === 'unknown') return 'unknown';
  return rule !== undefined && isEligible(rule, object) ? 'selected' : 'not-selected';
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
