import type { FactName, ObjectFacts, ObjectState, ReplicaFacts } from '../model/facts.ts';
import type { Finding, Subject } from '../model/finding.ts';
import { linkId } from '../model/link.ts';
import type { ReplicationRule } from '../model/bucket-settings.ts';
import { valueOf } from '../model/observation.ts';
import { ruleFor } from '../model/replication-rule.ts';

/** A pure question about one object version. It answers for *any* facts and never throws. Severity is policy's business. */
export interface Check {
  readonly id: string;
  /** What must be gathered for this check; nothing else is fetched on its behalf. */
  readonly needs: readonly FactName[];
  run(facts: ObjectFacts): readonly Finding[];
}

/** The version under inspection, named by the version ID that the look itself found where the event gave none. */
export function subjectOf({ event, source }: Pick<ObjectFacts, 'event' | 'source'>): Subject {
  const found = source?.state === 'present' ? source.value.versionId : undefined;
  const versionId = event.object.versionId ?? found;
  return {
    kind: 'object-version',
    object: versionId === undefined ? event.object : { ...event.object, versionId },
  };
}

/** What every finding about a replica says: whose it is, where it was looked for, and by which link. */
export function ofReplica(
  facts: Pick<ObjectFacts, 'event' | 'source'>,
  { link }: Pick<ReplicaFacts, 'link'>,
): Pick<Finding, 'subject' | 'replica'> & { readonly evidence: Readonly<Record<string, string>> } {
  const { bucket, region } = link.destination;
  return {
    subject: subjectOf(facts),
    replica: { bucket, region },
    evidence: { pair: link.pair, link: linkId(link), destinationBucket: bucket },
  };
}

/** A source and its replica, where both were seen. */
export interface SeenPair {
  readonly replica: ReplicaFacts;
  readonly source: ObjectState;
  readonly found: ObjectState;
}

/** Those replicas that can be held against their source. */
export function seenPairs({ source, replicas = [] }: Pick<ObjectFacts, 'source' | 'replicas'>): readonly SeenPair[] {
  if (source?.state !== 'present') return [];
  return replicas.flatMap((replica) =>
    replica.replica.state === 'present' ? [{ replica, source: source.value, found: replica.replica.value }] : [],
  );
}

/**
 * The rule that sends this version to the destination of the link. `unknown`: nobody may read the rules, it depends on tags that
 * nobody asked for, or there is none any more: what is there was sent by a rule that is gone. `undefined`: nobody asked.
 */
export function ruleOf(
  { event }: Pick<ObjectFacts, 'event'>,
  { link, rules, tags }: Pick<ReplicaFacts, 'link' | 'rules' | 'tags'>,
): ReplicationRule | 'unknown' | undefined {
  if (rules === undefined) return undefined;
  if (rules.state !== 'present') return 'unknown';
  const known = valueOf(tags?.source);
  const object = { key: event.object.key, ...(known === undefined ? {} : { tags: known }) };
  return ruleFor(rules.value, object, link.destination.bucket) ?? 'unknown';
}
