import { expect, it } from 'vitest';
import { baselineDivergence } from '../../src/checks/baseline-divergence.ts';
import type { Baseline } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { ABSENT, aChecksum, aReading, aState, MD5_HEX, readFacts, someFacts } from '../support/facts.ts';

const BASELINE: Baseline = {
  algorithm: 'CRC64NVME',
  base64: 'AAAAAAAAAAA=',
  sizeBytes: 10,
  etag: 'opaque',
  lastModifiedAt: new Date('2026-11-01T00:00:00Z'),
  recordedAt: new Date('2026-11-01T00:05:00Z'),
};
const CRC = { whole: { CRC64NVME: 'AAAAAAAAAAA=' } };
const MD5 = { kind: 'content-md5', hex: MD5_HEX } as const;
const later = (crc: string) => ({ ...readFacts({}, { whole: { CRC64NVME: crc } }), baseline: BASELINE });

it.each([
  ['verified: as at the first reading', later('AAAAAAAAAAA='), ['verified content-verified']],
  [
    'violated: other bytes than at the first reading',
    later('AAAAAAAAAAE='),
    ['violated content-differs-from-baseline'],
  ],
  ['unverifiable: the first reading', readFacts({}, CRC), ['unverifiable checksum-missing']],
  ['no finding: the digest of the baseline was not computed', { ...readFacts({}, {}), baseline: BASELINE }, []],
  ['does not apply: S3 stores a checksum', readFacts({ checksums: [aChecksum('CRC64NVME', 'AAAAAAAAAAA=')] }, CRC), []],
  ['does not apply: the ETag is a digest', readFacts({ etag: MD5 }, CRC), []],
  ['does not apply: not all of it came, which is said elsewhere', readFacts({}, { ...CRC, sizeBytes: 9 }), []],
  ['does not apply: no digest was computed', readFacts({}, {}), []],
  ['does not apply: gone', someFacts({ source: ABSENT, baseline: BASELINE }), []],
  ['does not apply: not read', someFacts({ source: present(aState()), baseline: BASELINE }), []],
  ['does not apply: nothing was looked at', someFacts({ content: present(aReading(CRC)) }), []],
])('%s', (_, facts, expected) => {
  expect(baselineDivergence.run(facts).map(({ verdict, code }) => `${verdict} ${code}`)).toEqual(expected);
});

it('says what is to be remembered of the first reading', () => {
  const [finding] = baselineDivergence.run(readFacts({ encryption: 'dsse-kms' }, CRC));
  expect(finding?.evidence).toEqual({
    algorithm: 'CRC64NVME',
    digest: 'AAAAAAAAAAA=',
    sizeBytes: 10,
    encryption: 'dsse-kms',
  });
});

it('says since when the content is another', () => {
  const [finding] = baselineDivergence.run(later('AAAAAAAAAAE='));
  expect(finding?.evidence).toMatchObject({
    recordedAt: '2026-11-01T00:05:00.000Z',
    expectedDigest: 'AAAAAAAAAAA=',
    computedDigest: 'AAAAAAAAAAE=',
  });
});
