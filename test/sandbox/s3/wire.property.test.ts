import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAwsChunked } from '../../../src/sandbox/s3/aws-chunked.ts';
import { encodeKey } from '../../../src/sandbox/s3/encode-key.ts';
import { compareKeys, createKeySpace } from '../../../src/sandbox/s3/key-space.ts';
import { foldListing, type Page } from '../../../src/sandbox/s3/listing.ts';
import { buildXml, parseXml } from '../../../src/sandbox/s3/xml.ts';

const character = fc.constantFrom(
  'a',
  'b',
  '+',
  '%',
  ' ',
  '/',
  'é',
  '\uFF5E',
  '\u{1F600}',
  '&',
  '<',
  '\n',
  '\r',
  '\t',
  "'",
  '*',
);
const key = fc.string({ unit: character, maxLength: 8 });

/** Cuts bytes at random places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

async function* flow(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe('aws-chunked', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });

  it('gives back the content and the trailers, wherever the network cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        chunks,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.boolean(),
        async (contents, places, signed) => {
          const extension = signed ? `;chunk-signature=${'0'.repeat(64)}` : '';
          const framed = contents.flatMap((content) => [
            `${content.length.toString(16)}${extension}\r\n`,
            content,
            '\r\n',
          ]);
          const wire = [...framed, `0${extension}\r\n`, 'x-amz-checksum-crc32:AAAAAA==\r\n', '\r\n'];
          const bytes = Buffer.concat(wire.map((part) => Buffer.from(part)));
          const trailers = new Map<string, string>();
          const decoded: Uint8Array[] = [];
          for await (const chunk of decodeAwsChunked(flow(cut(bytes, places)), trailers))
            decoded.push(Buffer.from(chunk));
          expect(Buffer.concat(decoded)).toEqual(Buffer.concat(contents));
          expect([...trailers]).toEqual([['x-amz-checksum-crc32', 'AAAAAA==']]);
        },
      ),
    );
  });

  it.each([
    ['an end within a chunk', '5\r\nabc'],
    ['no last chunk', '3\r\nabc\r\n'],
    ['a chunk longer than it says', '2\r\nabc\r\n0\r\n\r\n'],
    ['no size', 'abc\r\n'],
  ])('refuses %s', async (_, wire) => {
    const read = async (): Promise<void> => {
      for await (const chunk of decodeAwsChunked(flow([Buffer.from(wire)]), new Map()))
        expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});

describe('keys', () => {
  it('are ordered as the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('survive the encoding of events and listings', () => {
    fc.assert(
      fc.property(key, (text) => {
        const encoded = encodeKey(text);
        expect(encoded).toMatch(/^[\w.*/%+-]*$/);
        expect(decodeURIComponent(encoded.replaceAll('+', ' '))).toBe(text);
      }),
    );
  });

  it('survive XML', () => {
    fc.assert(
      fc.property(key, (text) => {
        expect(parseXml(buildXml('R', { Key: text }), 'R').text('Key')).toBe(text);
      }),
    );
  });
});

describe('a listing', () => {
  it('by pages of any size is the listing in one page', () => {
    const parameters = {
      prefix: fc.constantFrom('', 'a', 'a/'),
      delimiter: fc.constantFrom('', '/', 'a'),
      limit: fc.integer({ min: 1, max: 4 }),
    };
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '/', '\u{1F600}'), minLength: 1, maxLength: 4 })),
        fc.record(parameters),
        (keys, options) => {
          const space = createKeySpace();
          for (const name of keys) {
            space.add({
              kind: 'delete-marker',
              key: name,
              versionId: name,
              lastModifiedMs: 0,
              sequencer: '',
              replica: false,
            });
          }
          const from = (marker: string) =>
            [...space.keys(marker)].filter((name) => name !== marker || marker === '').map((name) => ({ key: name }));
          const whole = names(foldListing(from(''), { ...options, limit: 1000, marker: '' }));
          const seen: string[] = [];
          for (let marker = '', more = true; more;) {
            const page = foldListing(from(marker), { ...options, marker });
            expect(page.entries.length + page.commonPrefixes.length).toBeLessThanOrEqual(options.limit);
            seen.push(...names(page));
            more = page.truncated;
            marker = page.last?.name ?? '';
          }
          expect(seen.toSorted()).toEqual(whole.toSorted());
        },
      ),
    );
  });
});

function names(page: Page<{ readonly key: string }>): readonly string[] {
  return [...page.entries.map((entry) => entry.key), ...page.commonPrefixes];
}
