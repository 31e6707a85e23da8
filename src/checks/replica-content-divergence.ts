import { compareContent } from '../model/compare-content.ts';
import type { Finding } from '../model/finding.ts';
import { type Check, ofReplica, seenPairs } from './check.ts';

/**
 * What S3 recorded of a source and of its replica, held against each other. Where nothing that both have proves anything, that
 * is said: "no common evidence" is never "equal". Sizes that differ have a check of their own.
 */
export const replicaContentDivergence: Check = {
  id: 'replica-content-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts)
      .filter(({ source, found }) => source.sizeBytes === found.sizeBytes)
      .flatMap(({ replica, source, found }): readonly Finding[] => {
        const about = ofReplica(facts, replica);
        const compared = compareContent(source, found, replica);
        if (compared.verdict === 'equal') return []; // whether the replica matches depends on more than its content
        if (compared.verdict === 'unknown') {
          const evidence = { ...about.evidence, what: 'content', reason: 'no-common-evidence' };
          return [{ ...about, verdict: 'unverifiable', code: 'replica-not-comparable', evidence }];
        }
        const evidence = { ...about.evidence, sourceRecord: compared.source, replicaRecord: compared.replica };
        return [{ ...about, verdict: 'violated', code: 'replica-content-differs', basis: compared.basis, evidence }];
      });
  },
};
