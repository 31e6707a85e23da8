import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntities, decodeUrl } from '../../src/model/decode-in-place.ts';

type Decode = typeof decodeUrl;

/** What becomes of a text between two others; `undefined`: it is refused. */
function decoded(decode: Decode, text: string): string | undefined {
  const bytes = new TextEncoder().encode(`<${text}>`);
  const end = decode(bytes, 1, bytes.length - 1);
  return end === -1
    ? undefined
    : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(1, end));
}

const anyText = fc.string({ unit: fc.constantFrom('a', '+', '%', ' ', '/', '&', ';', '<', 'é', '～', '😀') });

describe('what S3 encodes for URLs', () => {
  it.each([
    ['', ''],
    ['plain/key.txt', 'plain/key.txt'],
    ['a+b', 'a b'],
    ['a%2Bb', 'a+b'],
    ['%C3%A9%f0%9f%98%80', 'é😀'],
    ['100%25', '100%'],
    ['a%', undefined],
    ['a%4', undefined],
    ['a%4g', undefined],
    ['a%g4', undefined],
    ['a%40&amp;', undefined],
  ])('%j is %j', (text, key) => {
    expect(decoded(decodeUrl, text)).toBe(key);
  });

  it('is any text again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decoded(decodeUrl, encodeURIComponent(text).replaceAll('%20', '+'))).toBe(text);
      }),
    );
  });
});

describe('the entities of XML', () => {
  it.each([
    ['plain', 'plain'],
    ['a&amp;b&lt;c&gt;&quot;&apos;', `a&b<c>"'`],
    ['&#xe9;&#233;&#x1F600;', 'éé😀'],
    ['&#x0;', '\u0000'],
    ['a&amp', undefined],
    ['a&nbsp;', undefined],
    ['&#x110000;', undefined],
    ['&#xD800;', undefined],
    ['&#55296;', undefined],
    ['&#xE000;', '\uE000'],
  ])('in %j are %j', (text, key) => {
    expect(decoded(decodeEntities, text)).toBe(key);
  });

  it('end within the text, and not behind it', () => {
    const bytes = new TextEncoder().encode('a&amp;');
    expect(decodeEntities(bytes, 0, 5)).toBe(-1);
  });

  it('are any text again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('é', '&#xE9;');
        expect(decoded(decodeEntities, escaped)).toBe(text);
      }),
    );
  });
});
