import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInventoryParser } from '../../src/ingest/inventory-rows.ts';
import { entryAt, type ListedEntry, type ListingPage } from '../../src/model/listing-page.ts';

const COLUMNS = [
  'bucket',
  'key',
  'versionid',
  'islatest',
  'isdeletemarker',
  'size',
  'lastmodifieddate',
  'etag',
  'storageclass',
];
const AT = '2026-11-02T08:15:30.000Z';

const key = fc.string({
  unit: fc.constantFrom('a', '+', '%', ' ', '/', '"', ',', '\n', 'é', '～', '😀'),
  minLength: 1,
});
const entry: fc.Arbitrary<ListedEntry> = fc
  .record({
    key,
    isLatest: fc.boolean(),
    sizeBytes: fc.nat(),
    isMarker: fc.boolean(),
    versionId: fc.stringMatching(/^\w{4}$/),
  })
  .map(({ isMarker, sizeBytes, ...rest }) => ({
    ...rest,
    ...(isMarker ? { deleteMarker: true as const } : {}),
    sizeBytes: isMarker ? 0 : sizeBytes,
    etag: isMarker ? '' : 'b1946ac92492d2347c6235b4d2611184',
    storageClass: 'GLACIER_IR',
    lastModifiedAt: new Date(AT),
  }));

function toRow({
  key: name,
  versionId = '',
  isLatest,
  deleteMarker,
  sizeBytes,
  etag,
  storageClass,
}: ListedEntry): string {
  const encoded = encodeURIComponent(name).replaceAll('%20', '+');
  const size = deleteMarker === true ? '' : String(sizeBytes);
  const fields = ['orders', encoded, versionId, isLatest, deleteMarker === true, size, AT, etag, storageClass];
  return fields.map((field) => `"${field}"`).join(',');
}

function read(pages: readonly (ListingPage | undefined)[]): readonly ListedEntry[] {
  return pages.flatMap((page) =>
    page === undefined ? [] : Array.from({ length: page.count }, (_, at) => entryAt(page, at)),
  );
}

function parse(text: string, cuts: readonly number[], columns: readonly string[] = COLUMNS): readonly ListedEntry[] {
  const parser = createInventoryParser(columns, 'a.csv.gz');
  const bytes = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  // A page is only lent, so it is read at once.
  const found = [0, ...places].map((from, index) =>
    read([parser.push(Buffer.from(bytes.subarray(from, places[index])))]),
  );
  return [...found.flat(), ...read([parser.end()])];
}

describe('rows of an inventory', () => {
  it('are read as they were written, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.array(fc.nat(), { maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        (entries, cuts, ends, newline) => {
          const text = entries.map((each) => toRow(each)).join(newline);
          expect(parse(ends ? `${text}${newline}` : text, cuts)).toEqual(entries);
        },
      ),
    );
  });

  it('are more than a listing of S3 has in a page', () => {
    const rows = Array.from(
      { length: 3_000 },
      (_, index) => `"o","k${index}","v","true","false","1","${AT}","e","STANDARD"`,
    );
    expect(parse(rows.join('\n'), [])).toHaveLength(3_000);
  });

  it('without versions are all current, quoted or not', () => {
    const found = parse(`o,a%2Bb,7,${AT},e\n`, [], ['bucket', 'key', 'size', 'lastmodifieddate', 'etag']);
    expect(found).toEqual([
      { key: 'a+b', isLatest: true, sizeBytes: 7, etag: 'e', storageClass: 'STANDARD', lastModifiedAt: new Date(AT) },
    ]);
  });

  it.each([
    ['a column too few', '"o","k"\n'],
    ['a column too many', `${'"x",'.repeat(9)}"x"\n`],
    [
      'a key that is not encoded as S3 encodes it',
      toRow({ key: 'a', isLatest: true, sizeBytes: 1, etag: '', storageClass: '', lastModifiedAt: new Date() }).replace(
        '"a"',
        '"%zz"',
      ),
    ],
    ['a quote that is not closed', '"o","k\n'],
  ])('are refused with %s', (_, text) => {
    expect(() => parse(text, [])).toThrow('a.csv.gz is not as S3 writes inventories');
  });

  it('are not read where a field is missing that says anything about content', () => {
    expect(() => createInventoryParser(['bucket', 'key', 'size'], 'm')).toThrow('m has no lastmodifieddate, etag');
  });
});
