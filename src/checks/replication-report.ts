import type { EventKind } from '../model/event.ts';
import type { FindingCode } from '../model/finding.ts';
import { type Check, subjectOf } from './check.ts';

const CODES: Readonly<Partial<Record<EventKind, FindingCode>>> = {
  'replication-failed': 'replication-failed',
  'replication-missed-threshold': 'replication-missed-threshold',
  'replicated-after-threshold': 'replication-late',
  'replication-not-tracked': 'replication-not-tracked',
};

/**
 * What S3 says about the replication of a version, passed on with everything it said: an unknown reason is not dropped.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-metrics-events.html
 */
export const replicationReport: Check = {
  id: 'replication-report',
  needs: [],
  run(facts) {
    const code = CODES[facts.event.kind];
    if (code === undefined) return [];
    const { ruleId, destinationBucket, operation, failureReason, requestedAt } = facts.event.replication ?? {};
    return [
      {
        // A version that S3 stopped tracking may still arrive: nothing is proved either way.
        verdict: code === 'replication-not-tracked' ? 'unverifiable' : 'violated',
        code,
        subject: subjectOf(facts),
        evidence: {
          reportedBy: 's3',
          ...(ruleId === undefined ? {} : { ruleId }),
          ...(destinationBucket === undefined ? {} : { destinationBucket }),
          ...(operation === undefined ? {} : { operation }),
          ...(failureReason === undefined ? {} : { failureReason }),
          ...(requestedAt === undefined ? {} : { requestedAt: requestedAt.toISOString() }),
        },
      },
    ];
  },
};
