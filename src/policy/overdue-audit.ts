import type { BucketRef } from '../model/bucket-settings.ts';
import type { AuditConfig } from '../model/config.ts';
import type { Finding } from '../model/finding.ts';
import type { AuditStatus } from './audit-status.ts';

/** Of an audit whose runs do not come, or do not come to their end. */
export function overdueAudit(
  { name, pair, schedule }: AuditConfig,
  { overdueSince, finished, last }: AuditStatus,
  { bucket, region }: BucketRef,
): Finding | undefined {
  if (overdueSince === undefined) return undefined;
  return {
    verdict: 'violated',
    code: 'audit-overdue',
    subject: { kind: 'pair', pair, region, source: bucket },
    evidence: {
      audit: name,
      schedule,
      dueAt: overdueSince.toISOString(),
      ...(finished === undefined ? {} : { lastFinishedAt: (finished.endedAt ?? finished.updatedAt).toISOString() }),
      ...(last === undefined || last === finished ? {} : { lastRun: last.run, lastPhase: last.phase }),
      ...(last?.reason === undefined || last === finished ? {} : { lastReason: last.reason }),
    },
  };
}
