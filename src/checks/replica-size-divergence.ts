import { type Check, ofReplica, seenPairs } from './check.ts';

/** A replica of another length is not the object, whatever else its headers say. */
export const replicaSizeDivergence: Check = {
  id: 'replica-size-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts)
      .filter(({ source, found }) => source.sizeBytes !== found.sizeBytes)
      .map(({ replica, source, found }) => {
        const about = ofReplica(facts, replica);
        const evidence = { ...about.evidence, sourceBytes: source.sizeBytes, replicaBytes: found.sizeBytes };
        return { ...about, verdict: 'violated', code: 'replica-size-differs', basis: 'size', evidence };
      });
  },
};
