import type { Severity } from '../model/action.ts';
import type { Finding, FindingCode } from '../model/finding.ts';

const CRITICAL: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'content-differs-from-etag',
  'content-differs-from-checksum',
  'content-differs-from-baseline',
  'size-differs',
  'object-lost',
  'replica-missing',
  'replica-content-differs',
  'replica-size-differs',
  'kms-key-unusable',
  'mass-delete',
  'mass-overwrite',
  // Every version that is written from now on is on one side only.
  'versioning-off',
  'rule-missing',
  'rule-disabled',
  // What happens there now is seen by nobody.
  'monitor-silent',
  // Somebody else may be reading along.
  'replication-destination-unexpected',
  // An older write hides a newer one.
  'late-arrival-took-over',
  // Requests fail until somebody, or Holdfast, sends them elsewhere.
  'region-unhealthy',
  'failover-planned',
  'failover-blocked',
]);

/** Worth knowing, and no guarantee that somebody relies on is weaker for it. */
const INFO: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'replication-late', // it has arrived
  'replica-under-other-version',
  'source-version-gone',
  'bucket-key-off',
  'rtc-off',
  'multipart-abort-rule-missing',
  'multipart-upload-stale',
  'mfa-delete-off',
  'region-recovered',
  'failback-effective',
]);

/**
 * How much a finding matters. `unverifiable` never pages: it is `info` whatever its code. A difference from a digest that
 * somebody declared is critical only with a second witness among the other findings of the same inspection: the declaration
 * itself may be wrong.
 */
export function severityOf(finding: Finding, all: readonly Finding[]): Severity {
  if (finding.verdict !== 'violated') return 'info';
  if (CRITICAL.has(finding.code)) return 'critical';
  if (finding.code === 'content-differs-from-declared-digest') {
    return all.some((other) => other.verdict === 'violated' && CRITICAL.has(other.code)) ? 'critical' : 'warning';
  }
  return INFO.has(finding.code) ? 'info' : 'warning'; // the rest weakens a guarantee that somebody relies on
}
