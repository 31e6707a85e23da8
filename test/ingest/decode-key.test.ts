import { describe, expect, it } from 'vitest';
import { decodeKey } from '../../src/ingest/decode-key.ts';

describe('decodeKey', () => {
  it.each([
    ['a+b.txt', 'a b.txt'],
    ['a%2Bb.txt', 'a+b.txt'],
    ['100%25.csv', '100%.csv'],
    ['%C3%A9/%C3%BC.bin', 'é/ü.bin'],
    ['%f0%9f%98%80', '😀'],
    ['a%2525', 'a%25'],
    ['(plain)=!~:@', '(plain)=!~:@'],
  ])('decodes %s once', (rawKey, key) => {
    expect(decodeKey(rawKey)).toBe(key);
  });

  it.each(['100%', 'a b+c', 'é+%20', '50%-off+tax', '%C3+', '%FF%FE', 'a\tb+c', '～%2B'])(
    'takes %s as it is',
    (rawKey) => {
      expect(decodeKey(rawKey)).toBe(rawKey);
    },
  );
});
