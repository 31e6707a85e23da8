import type { PairCheck } from './check.ts';
import { checkRules } from './rule-check.ts';

/**
 * In a two-way pair tags, ACLs and Object Lock of a replica can be changed at either side; without replica modification sync such
 * a change stays where it was made.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-for-metadata-changes.html
 */
export const unsyncedModifications: PairCheck = checkRules({
  id: 'unsynced-modifications',
  states: 'changes of tags, ACL and Object Lock travel both ways',
  code: 'replica-modification-sync-off',
  applies: ({ link }) => link.policy.twoWay,
  lacks: ({ replicaModifications }) => !replicaModifications,
  repair: (rule) => ({ ...rule, replicaModifications: true }),
  what: 'Switch replica modification sync on, in both directions.',
});
