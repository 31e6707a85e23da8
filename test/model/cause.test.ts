import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/action.ts';
import { caseText, causeText, subjectText } from '../../src/model/cause.ts';
import type { Finding, Subject } from '../../src/model/finding.ts';
import { aFinding, anEvent, OBJECT } from '../support/facts.ts';

const alertOf = (changes: Partial<Finding>, more: Partial<Alert> = {}): Alert => ({
  finding: aFinding({ evidence: { destinationBucket: 'copy' }, ...changes }),
  severity: 'critical',
  state: 'opened',
  ...more,
});
const object = (changes: object): Subject => ({ kind: 'object-version', object: { ...OBJECT, ...changes } });

describe('two findings have one cause', () => {
  it.each<[string, Alert, boolean]>([
    ['of another object', alertOf({ subject: object({ key: 'other' }) }), true],
    ['of another version', alertOf({ subject: object({ versionId: 'v2' }) }), true],
    ['with other evidence', alertOf({ evidence: { destinationBucket: 'copy', sizeBytes: 1 } }), true],
    ['of another bucket', alertOf({ subject: object({ bucket: 'other' }) }), false],
    ['of another Region', alertOf({ subject: object({ region: 'other' }) }), false],
    ['with another code', alertOf({ code: 'size-differs' }), false],
    ['with another verdict', alertOf({ verdict: 'unverifiable' }), false],
    ['of another severity', alertOf({}, { severity: 'warning' }), false],
    ['with another reason', alertOf({ evidence: { destinationBucket: 'copy', reason: 'archived' } }), false],
    ['to another destination', alertOf({ evidence: { destinationBucket: 'other' } }), false],
    [
      'to the same destination that is known otherwise',
      alertOf({ evidence: {}, replica: { bucket: 'copy', region: 'r' } }),
      true,
    ],
    ['without a destination', alertOf({ evidence: {} }), false],
    ['of an audit', alertOf({ evidence: { destinationBucket: 'copy', audit: 'weekly' } }), false],
  ])('%s: as the row says', (_, alert, same) => {
    expect(causeText(alert) === causeText(alertOf({}))).toBe(same);
  });

  it.each<[string, Subject, Subject]>([
    ['keys', { kind: 'kms-key', keyArn: 'a', region: 'r' }, { kind: 'kms-key', keyArn: 'b', region: 'r' }],
    ['Regions', { kind: 'monitor', region: 'a' }, { kind: 'monitor', region: 'b' }],
    ['buckets', { kind: 'bucket', bucket: 'a', region: 'r' }, { kind: 'prefix', bucket: 'b', region: 'r', prefix: '' }],
    ['access points', { kind: 'mrap', mrap: 'a' }, { kind: 'mrap', mrap: 'a', region: 'r' }],
    [
      'links',
      { kind: 'pair', pair: 'p', source: 's', region: 'r' },
      { kind: 'pair', pair: 'p', source: 's', region: 'r', destination: 'd' },
    ],
  ])('not where they are of other %s', (_, one, other) => {
    expect(causeText(alertOf({ subject: one }))).not.toBe(causeText(alertOf({ subject: other })));
  });
});

describe('two findings are one case', () => {
  const nullVersion = alertOf({ subject: object({ versionId: 'null' }) }, { event: anEvent({ etag: 'a' }) });
  it.each<[string, Alert, Alert, boolean]>([
    ['with other evidence of the same', alertOf({}), alertOf({ evidence: { destinationBucket: 'copy', x: 1 } }), true],
    ['of other versions', alertOf({}), alertOf({ subject: object({ versionId: 'v2' }) }), false],
    ['by another algorithm', alertOf({}), alertOf({ evidence: { destinationBucket: 'copy', algorithm: 'a' } }), false],
    ['of other hours', alertOf({ evidence: { hour: '1' } }), alertOf({ evidence: { hour: '2' } }), false],
    [
      'of other runs of an audit',
      alertOf({ code: 'audit-finished', evidence: { audit: 'a', run: '1' } }),
      alertOf({ code: 'audit-finished', evidence: { audit: 'a', run: '2' } }),
      false,
    ],
    [
      'of runs that nobody names',
      alertOf({ code: 'audit-finished', evidence: { audit: 'a' } }),
      alertOf({ code: 'audit-finished', evidence: { audit: 'a' } }),
      true,
    ],
    ['of other audits', alertOf({ evidence: { audit: 'a' } }), alertOf({ evidence: { audit: 'b' } }), false],
    ['of other contents of one name', nullVersion, { ...nullVersion, event: anEvent({ etag: 'b' }) }, false],
    ['of a name without an event', alertOf({ subject: object({ versionId: 'null' }) }), nullVersion, false],
    [
      'where S3 reports a failure and a look sees it',
      alertOf({ code: 'replication-failed', evidence: { destinationBucket: 'copy', reportedBy: 's3', ruleId: 'r' } }),
      alertOf({ code: 'replication-failed', evidence: {}, replica: { bucket: 'copy', region: 'r' } }),
      true,
    ],
    [
      'where a failure has no destination',
      alertOf({ code: 'replication-failed', evidence: {} }),
      alertOf({ code: 'replication-failed', evidence: { destinationBucket: 'copy' } }),
      false,
    ],
  ])('%s: as the row says', (_, one, other, same) => {
    expect(caseText(one) === caseText(other)).toBe(same);
  });
});

it('names what a case is about, whatever was found', () => {
  expect(subjectText(object({}))).toBe(subjectText({ kind: 'object-version', object: { ...OBJECT, region: 'x' } }));
  const { versionId: _, ...unversioned } = OBJECT;
  expect(subjectText({ kind: 'object-version', object: unversioned })).toBe(subjectText(object({ versionId: 'null' })));
  expect(subjectText({ kind: 'monitor', region: 'r' })).not.toBe(subjectText({ kind: 'monitor', region: 's' }));
});
