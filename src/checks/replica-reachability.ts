import type { ObjectFacts, ReplicaFacts } from '../model/facts.ts';
import type { Finding } from '../model/finding.ts';
import { isTemporary, type UnreadableReason } from '../model/observation.ts';
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

function unreadOf({ source }: ObjectFacts, { replica, tags, acl, lock }: ReplicaFacts): Unread | undefined {
  const looks = [
    ['replica', replica],
    ['source', source],
    ['tags of the source', tags?.source],
    ['tags of the replica', tags?.replica],
    ['ACL of the source', acl?.source],
    ['ACL of the replica', acl?.replica],
    ['Object Lock of the replica', lock],
  ] as const;
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
