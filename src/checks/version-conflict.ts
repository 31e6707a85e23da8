import { valueOf } from '../model/observation.ts';
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
      const evidence = {
        ...about.evidence,
        currentAtSource: currents.source,
        currentAtDestination: currents.destination,
      };
      return [{ ...about, verdict: 'violated', code: 'versions-conflict', evidence }];
    });
  },
};

interface Currents {
  readonly source: string;
  readonly destination: string;
}

/** Version IDs of what is current on both sides; `undefined` where that is no conflict. */
function currentsOf({ replica: { link, current, sourceCurrent, exchanged } }: SeenPair): Currents | undefined {
  if (!link.policy.twoWay || current?.state !== 'present' || sourceCurrent?.state !== 'present') return undefined;
  const { versionId: destination } = current.value;
  const { versionId: source } = sourceCurrent.value;
  if (source === undefined || destination === undefined || source === destination) return undefined;
  const isSettled = [current.value, sourceCurrent.value].every(
    ({ replicationStatus: status }) => status === 'COMPLETED' || status === 'REPLICA',
  );
  const isExchanged = exchanged === undefined || valueOf(exchanged) === true; // nobody has asked yet: a suspicion
  return isSettled && isExchanged ? { source, destination } : undefined;
}
