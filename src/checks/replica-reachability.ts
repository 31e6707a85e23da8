import type { ObjectFacts, ReplicaFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { isTemporary, type Observation, type UnreadableReason, valueOf } from '../model/observation.ts';
import { type Check, ofReplica } from './check.ts';

/** A replica, or what it is to be held against, that could not be looked at: never missing, and never equal. */
export const replicaReachability: Check = {
  id: 'replica-reachability',
  needs: ['replicas'],
  run(facts) {
    return (facts.replicas ?? []).flatMap((replica): readonly Finding[] => {
      const unread = unreadOf(facts, replica);
      return unread === undefined ? [] : [toFinding(facts, replica, unread)];
    });
  },
};

interface Unread {
  readonly what: string;
  readonly reason: UnreadableReason;
}

function unreadOf(facts: ObjectFacts, seen: ReplicaFacts): Unread | undefined {
  const { replica, current, tags, acl, lock, link } = seen;
  return (
    firstUnread([
      ['replica', replica],
      ['source', facts.source],
      ['current version', link.policy.match === 'content' && replica.state === 'absent' ? current : undefined],
      ['tags of the source', tags?.source],
      ['tags of the replica', tags?.replica],
      ['ACL of the source', acl?.source],
      ['ACL of the replica', acl?.replica],
      ['Object Lock of the replica', lock],
    ]) ??
    firstUnread(supports(facts, seen).filter(([, look]) => look?.state === 'unreadable' && isTemporary(look.reason)))
  );
}

type Looked = readonly [what: string, look: Observation<unknown> | undefined];

/** What other judgements stand on. Where it stays out of sight they say so themselves; where it does not, it is worth another look. */
function supports(facts: ObjectFacts, seen: ReplicaFacts): readonly Looked[] {
  const { current, sourceCurrent, exchanged, parts, rules, lifecycle } = seen;
  return [
    ['current version at the destination', current],
    ['current version at the source', sourceCurrent],
    ['current version of the other side', exchanged],
    ['parts of the source', parts?.source],
    ['parts of the replica', parts?.replica],
    ['lifecycle rules of the source', lifecycle?.source],
    ['lifecycle rules of the destination', lifecycle?.destination],
    ['replication rules', lifecycle !== undefined || isUnlike(facts, seen) ? rules : undefined],
  ];
}

/** In what only a rule can explain. */
function isUnlike({ source }: ObjectFacts, { replica }: ReplicaFacts): boolean {
  const [one, other] = [valueOf(source), valueOf(replica)];
  return one?.storageClass !== other?.storageClass || one?.kmsKeyId !== other?.kmsKeyId;
}

function firstUnread(looks: readonly Looked[]): Unread | undefined {
  for (const [what, look] of looks) {
    if (look?.state === 'unreadable') return { what, reason: look.reason };
  }
  return undefined;
}

function toFinding(facts: ObjectFacts, replica: ReplicaFacts, { what, reason }: Unread): Finding {
  const about = ofReplica(facts, replica);
  return {
    ...about,
    verdict: 'unverifiable',
    code: 'replica-not-comparable',
    ...(isTemporary(reason) ? { retry: true } : {}),
    evidence: { ...about.evidence, what, reason },
  };
}
