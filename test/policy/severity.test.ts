import { describe, expect, it } from 'vitest';
import { BASES, FINDING_CODES, type FindingCode } from '../../src/model/finding.ts';
import { severityOf } from '../../src/policy/severity.ts';
import { aFinding } from '../support/facts.ts';

const CODES: readonly FindingCode[] = Object.values(FINDING_CODES).flat();
const declared = aFinding({ code: 'content-differs-from-declared-digest' });

const EXPECTED: Readonly<Partial<Record<FindingCode, string>>> = {
  'content-differs-from-etag': 'critical',
  'content-differs-from-checksum': 'critical',
  'content-differs-from-baseline': 'critical',
  'size-differs': 'critical',
  'object-lost': 'critical',
  'replica-missing': 'critical',
  'replica-content-differs': 'critical',
  'replica-size-differs': 'critical',
  'kms-key-unusable': 'critical',
  'mass-delete': 'critical',
  'mass-overwrite': 'critical',
  'versioning-off': 'critical',
  'rule-missing': 'critical',
  'rule-disabled': 'critical',
  'replication-destination-unexpected': 'critical',
  'monitor-silent': 'critical',
  'late-arrival-took-over': 'critical',
  'region-unhealthy': 'critical',
  'failover-planned': 'critical',
  'failover-blocked': 'critical',
  'replication-late': 'info',
  'replica-under-other-version': 'info',
  'source-version-gone': 'info',
  'bucket-key-off': 'info',
  'rtc-off': 'info',
  'multipart-abort-rule-missing': 'info',
  'multipart-upload-stale': 'info',
  'mfa-delete-off': 'info',
  'region-recovered': 'info',
  'failback-effective': 'info',
};

it.each(CODES)('is as documented for %s', (code) => {
  const finding = aFinding({ code });
  expect(severityOf(finding, [finding])).toBe(EXPECTED[code] ?? 'warning');
});

it.each(CODES)('never rises above info while nothing is violated: %s', (code) => {
  for (const verdict of ['verified', 'unverifiable'] as const) {
    for (const basis of BASES) {
      const finding = aFinding({ code, verdict, basis });
      expect(severityOf(finding, [finding, aFinding()])).toBe('info');
    }
  }
});

describe('a difference from a declared digest', () => {
  it.each([
    ['nobody else', [], 'warning'],
    ['the ETag too', [aFinding()], 'critical'],
    ['the size too', [aFinding({ code: 'size-differs' })], 'critical'],
    ['another declaration only', [aFinding({ code: 'content-differs-from-declared-digest' })], 'warning'],
    ['a replication failure only', [aFinding({ code: 'replication-failed' })], 'warning'],
    ['an ETag that agrees with the bytes', [aFinding({ verdict: 'verified', code: 'content-verified' })], 'warning'],
    ['an ETag difference that could not be decided', [aFinding({ verdict: 'unverifiable' })], 'warning'],
  ])('needs a second witness to be critical: %s', (_, others, severity) => {
    expect(severityOf(declared, [declared, ...others])).toBe(severity);
  });
});
