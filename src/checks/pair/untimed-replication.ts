import type { PairCheck } from './check.ts';
import { checkRules } from './rule-check.ts';

/**
 * Without Replication Time Control S3 commits itself to no time. Needs metrics, whose absence is another finding and is to be
 * repaired first.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
 */
export const untimedReplication: PairCheck = checkRules({
  id: 'untimed-replication',
  states: 'S3 commits itself to 15 minutes (Replication Time Control)',
  code: 'rtc-off',
  lacks: ({ metrics, timeControl }) => metrics && !timeControl,
  repair: (rule) => ({ ...rule, timeControl: true }),
  what: 'If a time must be promised, switch Replication Time Control on; it is billed for each replicated GB.',
});
