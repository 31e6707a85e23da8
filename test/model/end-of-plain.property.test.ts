import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfPlain } from '../../src/model/end-of-plain.ts';
import { viewOf } from '../../src/model/same-words.ts';

const byte = fc.oneof(
  fc.nat({ max: 255 }),
  fc.constantFrom(0x2b, 0x2c, 0x2d, 0x3b, 0x3c, 0x3d, 0x7f, 0x80, 0xac, 0xbc),
);
const plain = fc.constantFrom(0x2c, 0x2d, 0x3b, 0x3d, 0x41, 0x7f, 0x80, 0xac, 0xbc, 0xff);

/** One byte after the other. */
function endByBytes(bytes: readonly number[], from: number): number {
  const end = bytes.findIndex((each, at) => at >= from && (each === 0x3c || each < 0x2c));
  return end === -1 ? bytes.length : end;
}

describe('the end of plain text', () => {
  it('is the same four bytes at once as one by one', () => {
    const text = fc
      .tuple(fc.array(plain, { maxLength: 12 }), fc.array(byte, { maxLength: 8 }))
      .map((parts) => parts.flat());
    fc.assert(
      fc.property(text, fc.nat({ max: 20 }), (bytes, start) => {
        const from = Math.min(start, bytes.length);
        expect(endOfPlain(viewOf(Uint8Array.from(bytes)), from)).toBe(endByBytes(bytes, from));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['<', 0x3c],
    ['"', 0x22],
    ['%', 0x25],
    ['&', 0x26],
    ['+', 0x2b],
  ])('is a %s at every place of a word', (_, end) => {
    for (let place = 0; place < 12; place += 1) {
      const bytes = new Uint8Array(12).fill(0x2d);
      bytes[place] = end;
      expect(endOfPlain(viewOf(bytes), 0)).toBe(place);
    }
  });
});
