import type { ObjectFacts, ReplicaFacts } from '../model/facts.ts';
import { mayHaveExpired } from '../model/lifecycle.ts';
import { type Check, ofReplica } from './check.ts';

/**
 * A replica whose source is gone. Permanent deletes are never replicated, so this is how it should be; who was not told of the
 * deletion may want to know that only the replica is left.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export const sourceVersionAbsence: Check = {
  id: 'source-version-absence',
  needs: ['replicas'],
  run(facts) {
    const { source, replicas = [] } = facts;
    if (source?.state !== 'absent' || source.deleteMarker === true) return [];
    return replicas
      .filter((replica) => replica.replica.state === 'present' && !mayBeExplained(facts, replica))
      .map((replica) => ({ ...ofReplica(facts, replica), verdict: 'unverifiable', code: 'source-version-gone' }));
  },
};

/** A lifecycle rule of the source was entitled to delete it; of rules that nobody asked for, nothing is known. */
function mayBeExplained({ event, lookedAt }: ObjectFacts, { lifecycle, replica }: ReplicaFacts): boolean {
  if (lifecycle?.source.state !== 'present' || replica.state !== 'present') return false;
  const { sizeBytes, versionId, lastModifiedAt: createdAt } = replica.value;
  const aging = { key: event.object.key, sizeBytes, createdAt, ...(versionId === undefined ? {} : { versionId }) };
  return mayHaveExpired(lifecycle.source.value, aging, lookedAt ?? event.eventAt) !== undefined;
}
