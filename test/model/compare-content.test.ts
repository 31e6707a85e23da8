import { describe, expect, it } from 'vitest';
import { compareContent } from '../../src/model/compare-content.ts';
import type { Checksum, ChecksumAlgorithm } from '../../src/model/checksum.ts';
import type { ETag } from '../../src/model/etag.ts';
import type { Part, ReplicaFacts } from '../../src/model/facts.ts';
import { present } from '../../src/model/observation.ts';
import { aPart } from '../support/facts.ts';
import { aReplica, aSource } from '../support/replicas.ts';

const OPAQUE: ETag = { kind: 'opaque', value: 'x' };
const full = (base64: string, algorithm: ChecksumAlgorithm = 'SHA256'): Checksum => ({
  algorithm,
  type: 'FULL_OBJECT',
  base64,
});
const composite = (base64: string, algorithm: ChecksumAlgorithm = 'SHA256'): Checksum => ({
  algorithm,
  type: 'COMPOSITE',
  base64,
});
const layout = (...sizes: readonly number[]) =>
  present<readonly Part[]>(sizes.map((size, index) => aPart(index + 1, size)));
const ABSENT = { state: 'absent' } as const;

type Layouts = Pick<ReplicaFacts, 'parts' | 'combined'>;
const equalLayouts: Layouts = { parts: { source: layout(5, 5), replica: layout(5, 5) } };
const otherLayouts: Layouts = { parts: { source: layout(5, 5), replica: layout(6, 4) } };
const unknownLayouts: Layouts = { parts: { source: layout(5, 5), replica: ABSENT } };

function compare(source: Checksum | undefined, replica: Checksum | undefined, layouts: Layouts = {}): string {
  const compared = compareContent(
    aSource({ etag: OPAQUE, checksums: source === undefined ? [] : [source] }),
    aReplica({ etag: OPAQUE, checksums: replica === undefined ? [] : [replica] }),
    layouts,
  );
  return compared.verdict === 'unknown' ? 'unknown' : `${compared.verdict} by ${compared.basis}`;
}

describe('checksums of source and replica', () => {
  it.each([
    ['FULL_OBJECT, FULL_OBJECT, same algorithm, equal', compare(full('A'), full('A')), 'equal by stored-checksum'],
    [
      'FULL_OBJECT, FULL_OBJECT, same algorithm, different',
      compare(full('A'), full('B')),
      'different by stored-checksum',
    ],
    ['COMPOSITE, COMPOSITE, values equal', compare(composite('A'), composite('A')), 'equal by stored-checksum'],
    [
      'COMPOSITE, COMPOSITE, values differ, equal part sizes',
      compare(composite('A'), composite('B'), equalLayouts),
      'different by stored-checksum',
    ],
    [
      'COMPOSITE, COMPOSITE, values differ, other part sizes',
      compare(composite('A'), composite('B'), otherLayouts),
      'unknown',
    ],
    [
      'COMPOSITE, COMPOSITE, values differ, part sizes unknown',
      compare(composite('A'), composite('B'), unknownLayouts),
      'unknown',
    ],
    [
      'COMPOSITE, COMPOSITE, values differ, parts not asked for yet: a suspicion',
      compare(composite('A'), composite('B')),
      'different by stored-checksum',
    ],
    [
      'COMPOSITE, COMPOSITE of CRCs in other layouts, combined to equal',
      compare(composite('A', 'CRC32'), composite('B', 'CRC32'), {
        ...otherLayouts,
        combined: { source: [full('W', 'CRC32')], replica: [full('W', 'CRC32')] },
      }),
      'equal by part-checksums',
    ],
    [
      'COMPOSITE, FULL_OBJECT of CRCs, combined to equal',
      compare(composite('A', 'CRC32C'), full('W', 'CRC32C'), {
        ...equalLayouts,
        combined: { source: [full('W', 'CRC32C')], replica: [] },
      }),
      'equal by part-checksums',
    ],
    [
      'FULL_OBJECT, COMPOSITE of CRCs, combined to different',
      compare(full('W', 'CRC32'), composite('B', 'CRC32'), {
        ...equalLayouts,
        combined: { source: [], replica: [full('V', 'CRC32')] },
      }),
      'different by part-checksums',
    ],
    [
      'COMPOSITE, FULL_OBJECT of another algorithm: recompute',
      compare(composite('A', 'SHA1'), full('A', 'SHA256')),
      'unknown',
    ],
    [
      'COMPOSITE, FULL_OBJECT that cannot be combined: recompute',
      compare(composite('A'), full('A'), unknownLayouts),
      'unknown',
    ],
    [
      'COMPOSITE, FULL_OBJECT, parts not asked for yet: a suspicion',
      compare(composite('A'), full('B')),
      'different by stored-checksum',
    ],
    ['any, any of another algorithm: recompute', compare(full('A', 'CRC32'), full('A', 'SHA256')), 'unknown'],
    ['none at the source', compare(undefined, full('A')), 'unknown'],
    ['none at the replica', compare(full('A'), undefined), 'unknown'],
  ])('%s', (_title, seen, expected) => {
    expect(seen).toBe(expected);
  });
});

describe('ETags of source and replica', () => {
  const md5 = (hex: string): ETag => ({ kind: 'content-md5', hex });
  const multipart = (hex: string, partCount = 2): ETag => ({ kind: 'multipart', hex, partCount });
  const byETag = (source: ETag, replica: ETag, layouts: Layouts = {}): string =>
    compareContent(aSource({ etag: source }), aReplica({ etag: replica }), layouts).verdict;

  it.each([
    ['both MD5s, equal', byETag(md5('a'), md5('a')), 'equal'],
    ['both MD5s, different', byETag(md5('a'), md5('b')), 'different'],
    ['both multipart, equal', byETag(multipart('a'), multipart('a')), 'equal'],
    ['both multipart, different, equal part sizes', byETag(multipart('a'), multipart('b'), equalLayouts), 'different'],
    ['both multipart, different, other part sizes', byETag(multipart('a'), multipart('b'), otherLayouts), 'unknown'],
    ['both multipart, other part count', byETag(multipart('a', 2), multipart('b', 3), otherLayouts), 'unknown'],
    [
      'both multipart, different, parts not asked for yet: a suspicion',
      byETag(multipart('a'), multipart('b')),
      'different',
    ],
    ['an MD5 and a multipart', byETag(md5('a'), multipart('b')), 'unknown'],
    ['one is no digest', byETag(md5('a'), OPAQUE), 'unknown'],
    ['neither is a digest, though they are equal', byETag(OPAQUE, OPAQUE), 'unknown'],
  ])('%s', (_title, seen, expected) => {
    expect(seen).toBe(expected);
  });

  it('count only where checksums prove nothing', () => {
    const compared = compareContent(
      aSource({ etag: md5('a'), checksums: [full('A'), full('C', 'CRC32')] }),
      aReplica({ etag: md5('b'), checksums: [full('C', 'CRC32')] }),
    );
    expect(compared).toMatchObject({ verdict: 'equal', by: 'CRC32' });
  });

  it('count where the checksums are of layouts that cannot be compared', () => {
    const compared = compareContent(
      aSource({ etag: md5('a'), checksums: [composite('A')] }),
      aReplica({ etag: md5('a'), checksums: [composite('B')] }),
      otherLayouts,
    );
    expect(compared).toMatchObject({ verdict: 'equal', by: 'ETag' });
  });
});
