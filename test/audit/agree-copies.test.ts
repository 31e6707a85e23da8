import { describe, expect, it } from 'vitest';
import { agreeCopies, type ReadCopy } from '../../src/audit/agree-copies.ts';
import type { Checksum } from '../../src/model/checksum.ts';
import type { Finding } from '../../src/model/finding.ts';
import { aChecksum, OBJECT } from '../support/facts.ts';
import { LINK } from '../support/replicas.ts';

const subject = { kind: 'object-version', object: OBJECT } as const;
const verified: Finding = { verdict: 'verified', code: 'content-verified', subject, evidence: {} };
const violated: Finding = { verdict: 'violated', code: 'content-differs-from-checksum', subject, evidence: {} };
const denied: Finding = { verdict: 'unverifiable', code: 'content-unreadable', subject, evidence: {} };
const unrecorded = (digest: string): Finding => ({
  verdict: 'unverifiable',
  code: 'checksum-missing',
  subject,
  basis: 'computed-checksum',
  evidence: { algorithm: 'CRC64NVME', digest },
});
const copy = (findings: readonly Finding[], checksum?: Checksum): ReadCopy => ({
  object: OBJECT,
  findings,
  ...(checksum === undefined ? {} : { checksum }),
});
const [A, B] = [aChecksum('CRC64NVME', 'A'), aChecksum('CRC64NVME', 'B')];

describe('two copies of a version', () => {
  it.each<[string, readonly ReadCopy[], readonly string[]]>([
    ['both as recorded', [copy([verified], A), copy([verified], A)], []],
    ['one as recorded, one not read', [copy([verified], A)], []],
    ['none read', [], []],
    ['without a record, alike at rest', [copy([unrecorded('A')], A), copy([unrecorded('A')], A)], []],
    ['without a record, alike as we read them', [copy([unrecorded('A')]), copy([unrecorded('A')])], []],
    [
      'without a record, and not alike as we read them',
      [copy([unrecorded('A')]), copy([unrecorded('B')])],
      ['violated replica-content-differs computed-checksum'],
    ],
    [
      'without a record, and not alike at rest',
      [copy([unrecorded('A')], A), copy([unrecorded('B')], B)],
      ['violated replica-content-differs at-rest-checksum'],
    ],
    [
      'of which one is violated',
      [copy([verified], A), copy([violated], B)],
      ['violated content-differs-from-checksum -'],
    ],
    ['of which one could not be read', [copy([verified], A), copy([denied])], ['unverifiable content-unreadable -']],
    [
      'by different algorithms',
      [copy([unrecorded('A')], A), copy([unrecorded('B')], aChecksum('CRC32', 'B'))],
      ['unverifiable checksum-missing computed-checksum', 'unverifiable checksum-missing computed-checksum'],
    ],
    [
      'by their layouts, which may differ',
      [copy([verified], aChecksum('CRC32', 'A', 'COMPOSITE')), copy([verified], aChecksum('CRC32', 'B', 'COMPOSITE'))],
      [],
    ],
  ])('%s', (_, copies, expected) => {
    const findings = agreeCopies(copies, LINK);
    expect(findings.map(({ verdict, code, basis = '-' }) => `${verdict} ${code} ${basis}`)).toEqual(expected);
  });
});
