import type { ObjectLock } from '../model/facts.ts';
import { type Check, ofReplica, seenPairs } from './check.ts';

/**
 * Retention and legal hold. A source without any says nothing: the destination may have a default retention of its own, or our
 * role may not see the source's.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export const replicaLockDivergence: Check = {
  id: 'replica-lock-divergence',
  needs: ['replicas'],
  run(facts) {
    return seenPairs(facts).flatMap(({ replica, source, found }) => {
      if (source.lock === undefined || formatLock(source.lock) === formatLock(found.lock)) return [];
      const about = ofReplica(facts, replica);
      const evidence = { ...about.evidence, sourceLock: formatLock(source.lock), replicaLock: formatLock(found.lock) };
      return [{ ...about, verdict: 'violated', code: 'replica-lock-differs', evidence }];
    });
  },
};

function formatLock({ mode, retainUntilAt, legalHold }: ObjectLock = {}): string {
  const parts = [
    ...(mode === undefined ? [] : [mode]),
    ...(retainUntilAt === undefined ? [] : [`until ${retainUntilAt.toISOString()}`]),
    ...(legalHold === true ? ['legal hold'] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}
