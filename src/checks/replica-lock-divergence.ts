import type { ObjectLock, ReplicaFacts } from '../model/facts.ts';
import { formatLock } from '../model/format-lock.ts';
import { type Check, ofReplica, seenPairs } from './check.ts';

/**
 * Retention and legal hold. A source without any says nothing: the destination may have a default retention of its own, or our
 * role may not see the source's. Headers that show less of the replica's are a suspicion, because S3 leaves out what the role may
 * not see; before anybody is alarmed it is asked for by name.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export const replicaLockDivergence: Check = {
  id: 'replica-lock-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap(({ replica, source, found }) => {
      if (source.lock === undefined) return [];
      const sourceLock = formatLock(source.lock);
      const replicaLock = lockOf(replica, found.lock);
      if (replicaLock === undefined || replicaLock === sourceLock) return [];
      const about = ofReplica(facts, replica);
      const evidence = { ...about.evidence, sourceLock, replicaLock };
      return [{ ...about, verdict: 'violated', code: 'replica-lock-differs', evidence }];
    });
  },
};

/** `undefined`: nobody may see it. */
function lockOf({ lock: asked }: ReplicaFacts, inHeaders: ObjectLock | undefined): string | undefined {
  if (asked === undefined) return formatLock(inHeaders);
  if (asked.state === 'unreadable') return undefined;
  return asked.state === 'present' ? formatLock(asked.value) : 'none';
}
