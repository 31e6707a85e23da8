import { describe, expect, it } from 'vitest';
import { countContent, type PricedSide, priceContent } from '../../src/audit/quote-content.ts';
import { contentLines } from '../../src/audit/quote-lines.ts';
import type { ContentPlan } from '../../src/model/audit-records.ts';
import { toPage } from '../../src/model/build-listing-page.ts';
import type { ListedEntry } from '../../src/model/listing-page.ts';

const GB = 1e9;

function anEntry(key: string, more: Partial<ListedEntry> = {}): ListedEntry {
  const lastModifiedAt = new Date(0);
  return { key, isLatest: true, sizeBytes: 100, etag: 'e', storageClass: 'STANDARD', lastModifiedAt, ...more };
}

const page = toPage([
  anEntry('a/é 1'),
  anEntry('b', { storageClass: 'DEEP_ARCHIVE', sizeBytes: 1_000 }),
  anEntry('c', { deleteMarker: true, sizeBytes: 0 }),
  anEntry('d'),
]);

describe('countContent', () => {
  it.each<[string, ContentPlan, number, Readonly<Record<string, readonly [number, number]>>]>([
    ['nothing', { mode: 'never' }, 1, {}],
    ['all but markers', { mode: 'all' }, 1, { STANDARD: [2, 200], DEEP_ARCHIVE: [1, 1_000] }],
    [
      'a share, of more than was counted',
      { mode: 'sample', share: 0.5, seed: '' },
      4,
      { STANDARD: [4, 400], DEEP_ARCHIVE: [2, 2_000] },
    ],
    [
      'by age of the prefix',
      {
        mode: 'age',
        everyMs: 10,
        periodMs: 1,
        turn: 0,
        rules: [
          { bucket: 's', prefix: '', everyMs: 10 },
          { bucket: 's', prefix: 'a/', everyMs: 1 },
        ],
      },
      1,
      { STANDARD: [1.1, 110], DEEP_ARCHIVE: [0.1, 100] },
    ],
  ])('counts %s', (_, plan, times, expected) => {
    const count = countContent(plan, ['s', 'd']);
    count.add(page);
    const found = [...count.volumes(times)].map(([name, { versions, bytes }]) => [name, [versions, bytes]]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, each]) => [name, each.map((n) => expect.closeTo(n, 6))])),
    );
  });
});

function aSide(storageClass: string, more: Partial<PricedSide> = {}, from = 'inside'): PricedSide {
  const volumes = new Map([[storageClass, { versions: 1_000_000, bytes: 1_000 * GB }]]);
  const here = from === 'inside' ? { here: 'us-east-1' } : {};
  return { region: 'us-east-1', ...here, volumes, kms: false, ...more };
}

describe('priceContent', () => {
  it.each<[string, PricedSide, number, number]>([
    ['STANDARD in its own Region is read for its requests', aSide('STANDARD'), 0.4, 0.25 + 1 + 4 + 0.4],
    ['from outside the transfer decides', aSide('STANDARD', {}, 'outside'), 90.4, 5.65],
    ['in another Region as well', aSide('STANDARD', { here: 'eu-west-1' }), 20.4, 5.65],
    ['KMS is asked once, or twice', aSide('STANDARD', { kms: true }), 3.4, 11.65],
    ['cold classes cost a retrieval', aSide('GLACIER_IR'), 40, 5.65],
  ])('%s', (_, side, byReading, byComputeChecksum) => {
    const prices = priceContent([side]);
    expect([prices.byReading, prices.byComputeChecksum]).toEqual([
      expect.closeTo(byReading, 6),
      expect.closeTo(byComputeChecksum, 6),
    ]);
    expect(prices.archived.versions).toBe(0);
  });

  it('reads nothing of what is archived, and says what a restore would cost', () => {
    const prices = priceContent([aSide('DEEP_ARCHIVE'), aSide('GLACIER')]);
    expect(prices).toMatchObject({ byReading: 0, byComputeChecksum: expect.closeTo(11.3, 6) });
    expect(prices.archived).toEqual({
      versions: 2_000_000,
      bytes: 2_000 * GB,
      // requests and retrieval of one of them, and a day of both copies in STANDARD
      restore: expect.closeTo(25 + 2.5 + (2_000 * 0.023) / 30, 4),
    });
  });
});

describe('contentLines', () => {
  it('name the work of a reading, by class', () => {
    const volumes = new Map([
      ['STANDARD_IA', { versions: 10, bytes: GB }],
      ['GLACIER', { versions: 5, bytes: GB }],
    ]);
    expect(contentLines({ ...aSide('', { volumes, kms: true }), bucket: 'b' }, undefined)).toMatchObject([
      { what: 'read b, STANDARD_IA', count: 10, unit: 'requests' },
      { what: 'retrieval, STANDARD_IA', count: 1, unit: 'GB', dollars: 0.01 },
      { what: 'bytes of b', count: 1, unit: 'GB', dollars: 0 },
      { what: 'KMS for b', count: 10, unit: 'calls' },
    ]);
  });

  it.each([true, false])('name the work of a job, whose lines come to its price (KMS: %s)', (kms) => {
    const side = aSide('GLACIER', { kms });
    const lines = contentLines({ ...side, bucket: 'b' }, 'compute-checksum');
    expect(lines).toHaveLength(kms ? 5 : 4);
    expect(lines.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(priceContent([side]).byComputeChecksum, 6);
  });
});
