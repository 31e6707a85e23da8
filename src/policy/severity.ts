import type { Severity } from '../model/action.ts';
import type { Finding, FindingCode } from '../model/finding.ts';

const CRITICAL: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'content-differs-from-etag',
  'content-differs-from-checksum',
  'content-differs-from-baseline',
  'size-differs',
  'object-lost',
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
  // A late replica has arrived; the rest weakens a guarantee that somebody relies on.
  return finding.code === 'replication-late' ? 'info' : 'warning';
}
