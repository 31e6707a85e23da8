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
      .filter(({ replica }) => replica.state === 'present')
      .map((replica) => ({ ...ofReplica(facts, replica), verdict: 'unverifiable', code: 'source-version-gone' }));
  },
};
