import type { ObjectFacts, ReplicaFacts } from '../model/facts.ts';
import { type Check, ofReplica, ruleOf, seenPairs } from './check.ts';

/** Owner and grants. Where the rule gives replicas to the owner of the destination, neither is replicated. */
export const replicaAclDivergence: Check = {
  id: 'replica-acl-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap(({ replica }) => {
      const { acl, link } = replica;
      if (acl?.source.state !== 'present' || acl.replica.state !== 'present') return [];
      if (link.policy.expect.owner === 'any' || mayOverrideOwner(facts, replica)) return [];
      const { source, replica: found } = { source: acl.source.value, replica: acl.replica.value };
      const differing = [
        ...(source.owner === found.owner ? [] : ['owner']),
        ...(source.grants.join() === found.grants.join() ? [] : ['grants']),
      ];
      if (differing.length === 0) return [];
      const about = ofReplica(facts, replica);
      const evidence = { ...about.evidence, differs: differing.join(' and ') };
      return [{ ...about, verdict: 'violated', code: 'replica-acl-differs', evidence }];
    });
  },
};

/** What nobody knows of the rules may say so. */
function mayOverrideOwner(facts: ObjectFacts, replica: ReplicaFacts): boolean {
  const rule = ruleOf(facts, replica);
  return rule === 'unknown' || rule?.ownerOverride === true;
}
