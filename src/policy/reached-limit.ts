import type { Finding } from '../model/finding.ts';
import { firstPrefix, type Limit } from '../model/throttle.ts';

/** Whose limit kept a look from being made; `undefined`: none. A look is counted once, however much of it was throttled. */
export function reachedLimit(findings: readonly Finding[]): Limit | undefined {
  // Where KMS is among them, what only says "slow down" is most likely KMS as well.
  return limitOf(findings, 'kms-throttled') ?? limitOf(findings, 'throttled');
}

function limitOf(findings: readonly Finding[], reason: string): Limit | undefined {
  const finding = findings.find(({ verdict, evidence }) => verdict === 'unverifiable' && evidence['reason'] === reason);
  if (finding?.subject.kind !== 'object-version') return undefined;
  const { object } = finding.subject;
  const { bucket, region } = isAboutReplica(finding) ? (finding.replica ?? object) : object;
  return reason === 'kms-throttled'
    ? { of: 'kms', region }
    : { of: 's3', region, bucket, prefix: firstPrefix(object.key) };
}

/** What was asked for is named: `replica`, `tags of the replica` …; a finding about a replica can be about its source. */
function isAboutReplica({ evidence }: Finding): boolean {
  return String(evidence['what'] ?? '').endsWith('replica');
}
