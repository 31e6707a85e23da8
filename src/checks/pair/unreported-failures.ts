import { checkRules } from './rule-check.ts';
import type { PairCheck } from './check.ts';

/**
 * Without replication metrics S3 sends no event when it gives up.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 */
export const unreportedFailures: PairCheck = checkRules({
  id: 'unreported-failures',
  states: 'S3 reports replication that fails',
  code: 'rule-metrics-off',
  lacks: ({ metrics }) => !metrics,
  repair: (rule) => ({ ...rule, metrics: true }),
  what: 'Switch replication metrics on, which are billed as custom metrics: S3 then reports what fails, after 15 minutes at the latest.',
});
