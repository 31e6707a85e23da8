import { describe, expect, it } from 'vitest';
import { parseAtRestRow } from '../../src/ingest/at-rest-row.ts';

const order = { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', sizeBytes: 8 } as const;
const BASE64 = 'IXHVSAZOqx4=';
const HEX = Buffer.from(BASE64, 'base64').toString('hex').toUpperCase();
const row = (message: unknown, status = 'succeeded'): string =>
  `b,k,v,${status},200,,"${(typeof message === 'string' ? message : JSON.stringify(message)).replaceAll('"', '""')}"`;
const outcomeOf = (line: string) => parseAtRestRow(line, order)?.outcome;
const computed = { state: 'computed', checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', base64: BASE64 } };

describe('a row of a report about computed checksums', () => {
  it('names the version, its key decoded', () => {
    expect(parseAtRestRow(`b,a+b%2B%C3%A9/%25%F0%9F%98%80,null,failed,404,NoSuchKey,"gone, for good"`, order)).toEqual({
      bucket: 'b',
      key: 'a b+é/%😀',
      versionId: 'null',
      outcome: { state: 'failed', reason: 'NoSuchKey' },
    });
    expect(parseAtRestRow('b,k,,succeeded,200,,x', order)).not.toHaveProperty('versionId');
  });

  it.each([
    [
      'as the console shows it',
      { checksum_base64: BASE64, etag: '"e"', checksum_hex: HEX },
      { ...computed, etag: 'e' },
    ],
    ['in hex alone', { checksum_hex: HEX }, computed],
    ['under the name of its header', { 'x-amz': 'y', ChecksumCRC64NVME: BASE64 }, computed],
    ['under one word, beside numbers', { checksum: BASE64, size: 3 }, computed],
    [
      'of another algorithm, a composite with its count',
      { checksumBase64: 'AAAA-3', checksumAlgorithm: 'crc32', checksumType: 'COMPOSITE' },
      { state: 'computed', checksum: { algorithm: 'CRC32', type: 'COMPOSITE', base64: 'AAAA' } },
    ],
    ['not: of another length', { checksum_base64: 'AAAA' }, { state: 'unknown' }],
    ['not: no base64', { checksum_base64: '????????????' }, { state: 'unknown' }],
    ['not: of an algorithm of tomorrow', { checksum_base64: BASE64, algorithm: 'CRC128' }, { state: 'unknown' }],
    ['not: nothing of the kind', { state: 'done' }, { state: 'unknown', text: '{"state":"done"}' }],
    ['not: a list', '[1]', { state: 'unknown', text: '[1]' }],
    ['not: null', 'null', { state: 'unknown', text: 'null' }],
    ['not: words', 'Successful', { state: 'unknown', text: 'Successful' }],
  ])('has a checksum %s', (_, message, expected) => {
    expect(outcomeOf(row(message))).toMatchObject(expected);
  });

  it.each([
    ['403,AccessDenied,no', 'AccessDenied'],
    ['AccessDenied,403,no', 'AccessDenied'],
    ['400,,"no, and why"', 'no, and why'],
    ['', 'unknown'],
  ])('has failed: %s', (rest, reason) => {
    expect(outcomeOf(`b,k,v,failed,${rest}`)).toEqual({ state: 'failed', reason });
  });

  it.each(['', '\n', 'b', 'b,,v,succeeded'])('is none: %j', (line) => {
    expect(parseAtRestRow(line, order)).toBeUndefined();
  });
});
