import { describe, expect, it } from 'vitest';
import { checksumDivergence } from '../../src/checks/checksum-divergence.ts';
import type { PartReading } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { ABSENT, aChecksum, aPart, readFacts, someFacts } from '../support/facts.ts';

const FULL = aChecksum('CRC32', 'AAAAAA==');
const COMPOSITE = aChecksum('SHA256', 'of parts', 'COMPOSITE');

describe('the bytes against stored checksums', () => {
  it.each([
    ['verified: same value', readFacts({ checksums: [FULL] }, { whole: { CRC32: 'AAAAAA==' } }), ['verified']],
    ['violated: other value', readFacts({ checksums: [FULL] }, { whole: { CRC32: 'AAAAAQ==' } }), ['violated']],
    [
      'verified: same composite',
      readFacts({ checksums: [COMPOSITE] }, { composite: { SHA256: 'of parts' } }),
      ['verified'],
    ],
    [
      'violated: other composite',
      readFacts({ checksums: [COMPOSITE] }, { composite: { SHA256: 'other' } }),
      ['violated'],
    ],
    [
      'verified and violated, one finding for each',
      readFacts({ checksums: [FULL, COMPOSITE] }, { whole: { CRC32: 'AAAAAA==' }, composite: { SHA256: 'other' } }),
      ['verified', 'violated'],
    ],
    [
      'unverifiable, so not judged here: a composite is never compared with the digest of the whole',
      readFacts({ checksums: [COMPOSITE] }, { whole: { SHA256: 'of parts' } }),
      [],
    ],
    ['unverifiable, so not judged here: nothing stored', readFacts({}, { whole: { CRC32: 'AAAAAA==' } }), []],
    ['does not apply: nothing was looked at', someFacts(), []],
    ['does not apply: gone', someFacts({ source: ABSENT }), []],
    ['does not apply: not read', { ...readFacts({ checksums: [FULL] }, {}), content: ABSENT }, []],
  ])('%s', (_, facts, expected) => {
    const findings = checksumDivergence.run(facts);
    expect(findings.map(({ verdict }) => verdict)).toEqual(expected);
    for (const { verdict, code, basis } of findings) {
      expect(code).toBe(verdict === 'verified' ? 'content-verified' : 'content-differs-from-checksum');
      expect(basis).toBe('computed-checksum');
    }
  });
});

describe('naming the damage', () => {
  const PARTS = [aPart(1, 5, aChecksum('CRC32', 'one')), aPart(2, 3, aChecksum('CRC32', 'two')), aPart(3, 2)];
  const GOOD: readonly PartReading[] = [
    { sizeBytes: 5, digests: { CRC32: 'one' } },
    { sizeBytes: 3, digests: { CRC32: 'two' } },
    { sizeBytes: 2, digests: { CRC32: 'three' } },
  ];
  const BAD: PartReading = { sizeBytes: 3, digests: { CRC32: 'TWO' } };

  function damageIn(parts: readonly PartReading[] | undefined): unknown {
    const facts = readFacts(
      { checksums: [FULL] },
      { whole: { CRC32: 'differs' }, ...(parts === undefined ? {} : { parts }) },
    );
    const [finding] = checksumDivergence.run({ ...facts, parts: present(PARTS) });
    const { damagedPart, damagedPartBytes, damagedPartCount, partCount } = finding?.evidence ?? {};
    return damagedPart === undefined ? undefined : { damagedPart, damagedPartBytes, damagedPartCount, partCount };
  }

  it.each([
    ['one part', GOOD.with(1, BAD), { damagedPart: 2, damagedPartBytes: '5-7', damagedPartCount: 1, partCount: 3 }],
    [
      'the first of two',
      [{ sizeBytes: 5, digests: { CRC32: 'ONE' } }, BAD, GOOD[2] as PartReading],
      { damagedPart: 1, damagedPartBytes: '0-4', damagedPartCount: 2, partCount: 3 },
    ],
    [
      'a part that is too short',
      GOOD.with(2, { sizeBytes: 1, digests: {} }),
      { damagedPart: 3, damagedPartBytes: '8-9', damagedPartCount: 1, partCount: 3 },
    ],
    [
      'a part that never came',
      GOOD.slice(0, 2),
      { damagedPart: 3, damagedPartBytes: '8-9', damagedPartCount: 1, partCount: 3 },
    ],
    ['no part, where none differs', GOOD, undefined],
    ['no part, where all differ: then it is the layout', [], undefined],
    ['no part, where the parts were not computed', undefined, undefined],
  ])('names %s', (_, parts, expected) => {
    expect(damageIn(parts)).toEqual(expected);
  });

  it('names the only part there is', () => {
    const facts = readFacts({ checksums: [FULL] }, { whole: { CRC32: 'differs' }, parts: [BAD] });
    const [finding] = checksumDivergence.run({ ...facts, parts: present([aPart(1, 5)]) });
    expect(finding?.evidence).toMatchObject({ damagedPart: 1, damagedPartBytes: '0-4' });
  });
});
