import { expect, it } from 'vitest';
import { declaredDigestDivergence } from '../../src/checks/declared-digest-divergence.ts';
import type { DeclaredDigest, ObjectFacts } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { ABSENT, aChecksum, aReading, aState, someFacts } from '../support/facts.ts';

const DECLARED: DeclaredDigest = { from: 'side-file', where: 'a.sha256', algorithm: 'SHA256', base64: 'declared' };
const facts = (changes: Partial<ObjectFacts>) => someFacts({ declared: [DECLARED], ...changes });
const read = (base64: string) => present(aReading({ whole: { SHA256: base64 } }));
const stored = (base64: string, type: 'FULL_OBJECT' | 'COMPOSITE' = 'FULL_OBJECT') =>
  present(aState({ checksums: [aChecksum('CRC32', 'x'), aChecksum('SHA256', base64, type)] }));

it.each([
  [
    'verified: the bytes are as declared',
    facts({ source: present(aState()), content: read('declared') }),
    ['verified computed-checksum'],
  ],
  [
    'violated: other bytes',
    facts({ source: present(aState()), content: read('other') }),
    ['violated computed-checksum'],
  ],
  ['verified: S3 recorded the same', facts({ source: stored('declared') }), ['verified stored-checksum']],
  ['violated: S3 recorded another', facts({ source: stored('other') }), ['violated stored-checksum']],
  [
    'violated: what was read counts more than what was recorded',
    facts({ source: stored('declared'), content: read('other') }),
    ['violated computed-checksum'],
  ],
  ['unverifiable, so no finding: a composite is of the parts', facts({ source: stored('declared', 'COMPOSITE') }), []],
  ['unverifiable, so no finding: nothing recorded', facts({ source: present(aState()) }), []],
  ['unverifiable, so no finding: not computed', facts({ source: present(aState()), content: present(aReading()) }), []],
  [
    'does not apply: the bytes were to be read and could not',
    facts({ source: stored('declared'), content: ABSENT }),
    [],
  ],
  ['does not apply: gone', facts({ source: ABSENT }), []],
  ['does not apply: nothing was looked at', facts({}), []],
  ['does not apply: nothing declared', someFacts({ source: stored('other') }), []],
])('%s', (_, given, expected) => {
  const findings = declaredDigestDivergence.run(given);
  expect(findings.map(({ verdict, basis }) => `${verdict} ${basis}`)).toEqual(expected);
});

it('judges every declaration for itself', () => {
  const second: DeclaredDigest = { ...DECLARED, from: 'metadata', where: 'sha256', base64: 'read' };
  const given = someFacts({ declared: [DECLARED, second], source: present(aState()), content: read('read') });
  expect(declaredDigestDivergence.run(given)).toMatchObject([
    {
      code: 'content-differs-from-declared-digest',
      evidence: { declaredIn: 'side-file', where: 'a.sha256', expectedDigest: 'declared', computedDigest: 'read' },
    },
    { code: 'content-verified', evidence: { against: 'declared-digest', declaredIn: 'metadata', where: 'sha256' } },
  ]);
});
