import { ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseListing } from '../../src/adapters/aws/parse-listing.ts';
import { fromOutput } from '../../src/adapters/aws/sdk-listing.ts';
import { entryAt, type ListedEntry, type ListingPage } from '../../src/model/listing-page.ts';
import { buildXml, type XmlObject } from '../../src/sandbox/s3/xml.ts';
import { createListingServer } from './listing-server.ts';

const server = createListingServer();
let client: S3Client;

beforeAll(async () => {
  const endpoint = await server.listen();
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

const LETTERS = ['a', 'b', '+', '%', ' ', '/', 'é', '～', '😀', '&', '<', '"', '0'] as const;
const key = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 12 });

const entry = fc.record({
  key,
  versionId: fc.constantFrom('null', 'x3.J_t-9', undefined),
  isMarker: fc.boolean(),
  isLatest: fc.boolean(),
  sizeBytes: fc.nat({ max: 2_000_000_000 }),
  etag: fc.constantFrom('d41d8cd98f00b204e9800998ecf8427e', '7f636b2c1182136c010c5860a051b3e8-3', ''),
  storageClass: fc.constantFrom('STANDARD', 'GLACIER_IR', undefined),
  modified: fc.date({ min: new Date(0), max: new Date('2030-01-01'), noInvalidDate: true }),
  owner: fc.boolean(),
  checksum: fc.boolean(),
  reversed: fc.boolean(),
});

const values = fc.record({
  key,
  versionId: fc.constantFrom('null', 'x3.J_t-9', 'a'),
  isLatest: fc.boolean(),
  sizeBytes: fc.constantFrom(0, 9, 10, 4_294_967_296),
  etag: fc.constantFrom('d41d8cd98f00b204e9800998ecf8427e', '7f636b2c1182136c010c5860a051b3e8-10000', 'a,b'),
  storageClass: fc.constantFrom('STANDARD', 'GLACIER'),
});

/** Entries as real pages have them: of two kinds at most, and only their values are their own. */
const alike = fc
  .tuple(fc.array(entry, { minLength: 1, maxLength: 2 }), fc.array(values, { maxLength: 12 }))
  .map(([kinds, all]) =>
    all.flatMap((each, index) => {
      const kind = kinds[index % kinds.length];
      if (kind === undefined) return [];
      const { versionId, storageClass, etag } = kind;
      return [
        {
          ...kind,
          ...each,
          versionId: versionId === undefined ? undefined : each.versionId,
          storageClass: storageClass === undefined ? undefined : each.storageClass,
          etag: etag === '' ? '' : each.etag,
        },
      ];
    }),
  );

type Texts = 'versionId' | 'etag' | 'storageClass';
type Entry =
  typeof entry extends fc.Arbitrary<infer T> ? Omit<T, Texts> & Readonly<Record<Texts, string | undefined>> : never;
type Field = readonly [string, XmlObject[string]];

function toXml(given: Entry, encode: (text: string) => string, versions: boolean): XmlObject {
  const content: readonly Field[] = [
    ['ETag', given.etag === '' ? undefined : `"${given.etag}"`],
    ['ChecksumAlgorithm', given.checksum ? 'CRC64NVME' : undefined],
    ['ChecksumType', given.checksum ? 'FULL_OBJECT' : undefined],
    ['Size', given.sizeBytes],
    ['StorageClass', given.storageClass],
  ];
  const fields: readonly Field[] = [
    ['Key', encode(given.key)],
    ['VersionId', versions ? given.versionId : undefined],
    ['IsLatest', versions ? given.isLatest : undefined],
    ['LastModified', given.modified.toISOString()],
    ...(versions && given.isMarker ? [] : content),
    ['Owner', given.owner ? { ID: 'abc', DisplayName: 'somebody' } : undefined],
  ];
  return Object.fromEntries(given.reversed ? fields.toReversed() : fields);
}

function listing(given: readonly Entry[], versions: boolean, encode: (text: string) => string): XmlObject {
  if (!versions) return { Contents: given.map((each) => toXml(each, encode, false)) };
  const of = (isMarker: boolean) =>
    given.filter((each) => each.isMarker === isMarker).map((each) => toXml(each, encode, true));
  return { Version: of(false), DeleteMarker: of(true) };
}

function encodeUrl(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');
}

/** In any order: of one key the SDK has objects and delete markers apart. */
function entriesOf(page: ListingPage): readonly string[] {
  const all: readonly ListedEntry[] = Array.from({ length: page.count }, (_, index) => entryAt(page, index));
  return all.map((each) => JSON.stringify(each, Object.keys(each).toSorted())).toSorted();
}

describe('the parser of listings and the SDK', () => {
  it.each([
    ['versions', true],
    ['current objects', false],
  ])('read the same in every page of %s', async (_, versions) => {
    const root = versions ? 'ListVersionsResult' : 'ListBucketResult';
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.array(entry, { maxLength: 12 }), alike),
        fc.record({ url: fc.boolean(), more: fc.boolean(), last: key }),
        async (given, { url, more, last }) => {
          const encode = url ? encodeUrl : (text: string) => text;
          const marker = versions
            ? { NextKeyMarker: encode(last), NextVersionIdMarker: 'v1' }
            : { NextContinuationToken: 'dG9rZW4=' };
          const xml = buildXml(root, {
            Name: 'b',
            Prefix: '',
            MaxKeys: 1000,
            EncodingType: url ? 'url' : undefined,
            IsTruncated: more,
            ...(more ? marker : {}),
            ...listing(given, versions, encode),
            CommonPrefixes: [{ Prefix: 'x/' }],
          });
          server.answer(() => ({ body: xml }));
          const output = versions
            ? await client.send(new ListObjectVersionsCommand({ Bucket: 'b' }))
            : await client.send(new ListObjectsV2Command({ Bucket: 'b' }));
          const theirs = fromOutput(output);
          const ours = parseListing(Buffer.from(xml));
          // Only a marker that XML had to escape may be left to the SDK.
          fc.pre(ours !== undefined || !(versions && more && !url && /[&<>"]/.test(last)));
          if (ours === undefined) throw new Error(`left to the SDK: ${xml}`);
          expect(entriesOf(ours.page)).toEqual(entriesOf(theirs.page));
          expect({ ...ours, page: undefined }).toEqual({ ...theirs, page: undefined });
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('the parser of listings', () => {
  const page = (inner: string): string =>
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${inner}</ListBucketResult>`;
  const contents = (fields: string): string => page(`<Contents>${fields}</Contents>`);

  it.each([
    ['an unknown root', '<ListAllMyBucketsResult/>'],
    ['an error with status 200', '<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>'],
    ['a page that breaks off', contents('<Key>a</Key>').slice(0, -25)],
    ['a page that breaks off in a key', contents('<Key>abc</Key>').slice(0, 90)],
    ['a page without IsTruncated', '<ListBucketResult></ListBucketResult>'],
    ['an entry without a key', contents('<Size>1</Size>')],
    ['a size that is none', contents('<Key>a</Key><Size>1e3</Size>')],
    ['an ETag with an entity inside', contents('<Key>a</Key><ETag>a&amp;b</ETag>')],
    ['an ETag with one quote', contents('<Key>a</Key><ETag>"ab</ETag>')],
    ['a version ID with an entity', contents('<Key>a</Key><VersionId>a&amp;b</VersionId>')],
    ['an entity that nobody knows', contents('<Key>a&nbsp;b</Key>')],
    ['half a character', contents('<Key>&#xD83D;</Key>')],
    ['an escape that is cut', page('<EncodingType>url</EncodingType><Contents><Key>a%4</Key></Contents>')],
    [
      'an escape of XML in one for URLs',
      page('<EncodingType>url</EncodingType><Contents><Key>a&amp;</Key></Contents>'),
    ],
    ['an attribute where there is none', contents('<Key x="1">a</Key>')],
    ['CDATA', contents('<Key><![CDATA[a]]></Key>')],
    ['text between elements', contents('<Key>a</Key>text<Size>1</Size>')],
  ])('leaves %s to the SDK', (_, xml) => {
    expect(parseListing(Buffer.from(xml))).toBeUndefined();
  });

  it.each([
    ['quoted', '"abc"', 'abc'],
    ['quoted by entities', '&quot;abc-2&quot;', 'abc-2'],
    ['without quotes', 'abc', 'abc'],
  ])('reads an ETag that is %s', (_, written, etag) => {
    const parsed = parseListing(Buffer.from(contents(`<Key>a</Key><ETag>${written}</ETag>`)));
    expect(parsed === undefined ? undefined : entryAt(parsed.page, 0).etag).toBe(etag);
  });

  it.each([
    ['another class', '<Key>b</Key><Size>2</Size><StorageClass>GLACIER</StorageClass>'],
    ['no class', '<Key>b</Key><Size>2</Size>'],
    ['an empty size', '<Key>b</Key><Size></Size><StorageClass>STANDARD</StorageClass>'],
    ['an element more', '<Key>b</Key><Size>2</Size><StorageClass>STANDARD</StorageClass><X>1</X>'],
    ['an element in a value', '<Key>b</Key><Size>2</Size><StorageClass>STAN<X/>DARD</StorageClass>'],
    ['an entity in a value', '<Key>b&amp;</Key><Size>2</Size><StorageClass>STANDARD</StorageClass>'],
    ['an escape that is none', '<Key>b%4</Key><Size>2</Size><StorageClass>STANDARD</StorageClass>'],
    ['an end that comes too early', '<Key>b</Key><Size>2</Size><StorageClass>STANDARD'],
  ])('reads an entry with %s after one without as it does alone', (_, fields) => {
    const first = '<Contents><Key>a%2B</Key><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>';
    const url = '<EncodingType>url</EncodingType>';
    const alone = parseListing(Buffer.from(page(`${url}<Contents>${fields}</Contents>`)));
    const after = parseListing(Buffer.from(page(`${url}${first}<Contents>${fields}</Contents>`)));
    expect(after === undefined ? undefined : entryAt(after.page, 1)).toEqual(
      alone === undefined ? undefined : entryAt(alone.page, 0),
    );
  });

  it('reads more entries than S3 sends in a page', () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `<Contents><Key>${index}</Key></Contents>`).join('\n');
    const parsed = parseListing(Buffer.from(page(many)));
    expect(parsed?.page.count).toBe(3_000);
    expect(parsed === undefined ? undefined : entryAt(parsed.page, 2_999).key).toBe('2999');
  });
});
