import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Encryption } from '../../src/model/encryption.ts';
import { type ETag, formatETag, parseETag, stripETag } from '../../src/model/etag.ts';

const MD5 = 'b1946ac92492d2347c6235b4d2611184';

describe('parseETag', () => {
  it.each<[string, string, Encryption, ETag]>([
    ['the MD5 of an unencrypted object', MD5, 'none', { kind: 'content-md5', hex: MD5 }],
    ['the MD5 of an SSE-S3 object', `"${MD5}"`, 'sse-s3', { kind: 'content-md5', hex: MD5 }],
    ['an upper-case MD5', MD5.toUpperCase(), 'none', { kind: 'content-md5', hex: MD5 }],
    ['a multipart ETag', `"${MD5}-10000"`, 'none', { kind: 'multipart', hex: MD5, partCount: 10_000 }],
    ['a weak ETag', `W/"${MD5}"`, 'none', { kind: 'content-md5', hex: MD5 }],
    ['the MD5-shaped ETag of an SSE-KMS object', `"${MD5}"`, 'sse-kms', { kind: 'opaque', value: MD5 }],
    ['the multipart ETag of an SSE-KMS object', `${MD5}-3`, 'sse-kms', { kind: 'opaque', value: `${MD5}-3` }],
    ['the ETag of a DSSE-KMS object', MD5, 'dsse-kms', { kind: 'opaque', value: MD5 }],
    ['the ETag of an SSE-C object', MD5, 'sse-c', { kind: 'opaque', value: MD5 }],
    ['the ETag under an unknown encryption', MD5, 'other', { kind: 'opaque', value: MD5 }],
    ['no parts', `${MD5}-0`, 'none', { kind: 'opaque', value: `${MD5}-0` }],
    ['another shape', 'abc', 'none', { kind: 'opaque', value: 'abc' }],
    ['an empty ETag', '', 'none', { kind: 'opaque', value: '' }],
  ])('reads %s', (_, raw, encryption, expected) => {
    expect(parseETag(raw, encryption)).toEqual(expected);
  });

  it('is the inverse of formatETag', () => {
    const hexes = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: 32, maxLength: 32 });
    const etags: fc.Arbitrary<ETag> = fc.oneof(
      hexes.map((hex): ETag => ({ kind: 'content-md5', hex })),
      fc
        .tuple(hexes, fc.integer({ min: 1, max: 10_000 }))
        .map(([hex, partCount]): ETag => ({ kind: 'multipart', hex, partCount })),
      fc.constantFrom('abc', 'x-1', `${MD5}-0`).map((value): ETag => ({ kind: 'opaque', value })),
    );
    fc.assert(
      fc.property(etags, fc.boolean(), (etag, quoted) => {
        const text = formatETag(etag);
        expect(parseETag(quoted ? `"${text}"` : text, 'none')).toEqual(etag);
      }),
    );
  });
});

describe('stripETag', () => {
  it.each([
    ['"a"', 'a'],
    ['W/"a"', 'a'],
    [' a ', 'a'],
    ['"a', '"a'],
  ])('takes %s for %s', (raw, expected) => {
    expect(stripETag(raw)).toBe(expected);
  });
});
