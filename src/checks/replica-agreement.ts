import { compareContent } from '../model/compare-content.ts';
import type { ObjectFacts, ReplicaFacts } from '../model/facts.ts';
import { type Check, ofReplica, seenPairs } from './check.ts';
import { replicaAclDivergence } from './replica-acl-divergence.ts';
import { replicaClassDivergence } from './replica-class-divergence.ts';
import { replicaEncryptionDivergence } from './replica-encryption-divergence.ts';
import { replicaLockDivergence } from './replica-lock-divergence.ts';
import { replicaMetadataDivergence } from './replica-metadata-divergence.ts';
import { replicaSizeDivergence } from './replica-size-divergence.ts';
import { replicaTagDivergence } from './replica-tag-divergence.ts';

/** What a replica can differ in, apart from its content. */
const DIVERGENCES: readonly Check[] = [
  replicaSizeDivergence,
  replicaMetadataDivergence,
  replicaTagDivergence,
  replicaAclDivergence,
  replicaLockDivergence,
  replicaClassDivergence,
  replicaEncryptionDivergence,
];

/** A replica whose content was compared and is equal, and of which nothing else that was looked at differs. */
export const replicaAgreement: Check = {
  id: 'replica-agreement',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap(({ replica, source, found }) => {
      const compared = compareContent(source, found, replica);
      if (compared.verdict !== 'equal' || differs(facts, replica)) return [];
      const about = ofReplica(facts, replica);
      const evidence = { ...about.evidence, comparedWith: compared.by, sizeBytes: source.sizeBytes };
      return [{ ...about, verdict: 'verified', code: 'replica-matches', basis: compared.basis, evidence }];
    });
  },
};

function differs(facts: ObjectFacts, replica: ReplicaFacts): boolean {
  const alone = { ...facts, replicas: [replica] };
  return DIVERGENCES.some((check) => check.run(alone).length > 0);
}
