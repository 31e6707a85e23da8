import { type Check, ofReplica, type SeenPair, seenPairs } from './check.ts';

/**
 * Both sides of a two-way pair were written to, both writes have been replicated, and still another version is current at each:
 * readers get different objects, for ever. What is not replicated yet is no conflict.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mrap-create-two-way-replication-rules.html
 */
export const versionConflict: Check = {
  id: 'version-conflict',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap((pair) => {
      const currents = currentsOf(pair);
      if (currents === undefined) return [];
      const about = ofReplica(facts, pair.replica);
      const evidence = { ...about.evidence, currentAtDestination: currents.destination };
      return [{ ...about, verdict: 'violated', code: 'versions-conflict', evidence }];
    });
  },
};

/** Version IDs of what is current on both sides; `undefined` where that is no conflict. */
function currentsOf({
  replica: { link, current, sourceCurrent },
}: SeenPair): { readonly destination: string } | undefined {
  if (!link.policy.twoWay || current?.state !== 'present') return undefined;
  const { versionId, replicationStatus } = current.value;
  // A replica at the destination is a later write of the source; a write that has not gone over yet may still settle it.
  if (versionId === undefined || replicationStatus !== 'COMPLETED') return undefined;
  if (sourceCurrent === undefined) return { destination: versionId }; // nobody asked yet: a suspicion
  if (sourceCurrent.state !== 'present' || sourceCurrent.value.versionId === versionId) return undefined;
  return sourceCurrent.value.replicationStatus === 'COMPLETED' ? { destination: versionId } : undefined;
}
