import type { PairCheck } from './check.ts';
import { checkRules } from './rule-check.ts';

/**
 * What is deleted at the source stays visible at the destination where delete markers are not replicated.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html
 */
export const unreplicatedDeleteMarkers: PairCheck = checkRules({
  id: 'unreplicated-delete-markers',
  states: 'delete markers are replicated',
  code: 'delete-marker-replication-off',
  applies: ({ link }) => link.policy.expect.deleteMarkers === 'same',
  // A rule that filters by tags cannot replicate them: a delete marker has no tags.
  lacks: ({ deleteMarkers, tags }) => !deleteMarkers && Object.keys(tags).length === 0,
  repair: (rule) => ({ ...rule, deleteMarkers: true }),
  what: 'Switch delete marker replication on; or, if deleted objects are meant to stay, set `expect.deleteMarkers: any`.',
});
