import type { Finding, FindingCode, Subject } from '../../model/finding.ts';
import type { UnreadableReason } from '../../model/observation.ts';
import type { PressureFactName, PressureFacts } from '../../model/pressure-facts.ts';

/** A pure question about the limits of one Region. It answers for *any* facts and never throws. Severity is policy's business. */
export interface PressureCheck {
  readonly id: string;
  /** What must be gathered for this check; nothing else is fetched on its behalf. */
  readonly needs: readonly PressureFactName[];
  run(facts: PressureFacts): readonly Finding[];
}

/** All cryptographic operations of the account in the Region. */
export function kmsOf(region: string): Subject {
  return { kind: 'kms-key', keyArn: '*', region };
}

/** Nothing could be judged, because it could not be read. */
export function unread(code: FindingCode, subject: Subject, reason: UnreadableReason): Finding {
  const retry = reason === 'throttled' || reason === 'kms-throttled';
  return { verdict: 'unverifiable', code, subject, ...(retry ? { retry } : {}), evidence: { reason } };
}
