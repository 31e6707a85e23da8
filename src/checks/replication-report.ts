import type { EventKind } from '../model/event.ts';
import { isHarmless } from '../model/failure-reason.ts';
import type { ReportFacts } from '../model/facts.ts';
import type { Finding, FindingCode } from '../model/finding.ts';
import { linkId } from '../model/link.ts';
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
    // A version that S3 stopped tracking may still arrive, and one that was gone before its turn is missed by nobody: nothing is
    // proved either way.
    const isOpen = code === 'replication-not-tracked' || (code === 'replication-failed' && isHarmless(failureReason));
    return [
      {
        verdict: isOpen ? 'unverifiable' : 'violated',
        code,
        subject: subjectOf(facts),
        ...placeOf(facts.report).finding,
        evidence: {
          reportedBy: 's3',
          ...placeOf(facts.report).evidence,
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

/** Where the replica should be, in words of the configuration. */
function placeOf(report: ReportFacts | undefined): {
  readonly finding: Pick<Finding, 'replica'>;
  readonly evidence: Finding['evidence'];
} {
  if (report === undefined) return { finding: {}, evidence: {} };
  const { pair, destination } = report.link;
  const { bucket, region } = destination;
  return { finding: { replica: { bucket, region } }, evidence: { pair, link: linkId(report.link) } };
}
