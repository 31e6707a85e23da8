import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameWords, viewOf } from '../../src/model/same-words.ts';

const bytes = fc.array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { maxLength: 20 });

describe('sameWords', () => {
  it('counts whole words up to the first that differs, wherever they begin', () => {
    fc.assert(
      fc.property(fc.tuple(bytes, bytes, bytes), bytes, bytes, ([before, other, same], left, right) => {
        const [a, b] = [
          [...before, ...same, ...left],
          [...other, ...same, ...right],
        ];
        const length = same.length + Math.min(left.length, right.length);
        const differs = Array.from({ length }, (_, at) => a[before.length + at] !== b[other.length + at]).indexOf(true);
        const expected = Math.trunc((differs === -1 ? length : differs) / 4) * 4;
        const [one, two] = [a, b].map((all) => viewOf(Uint8Array.from(all)));
        if (one === undefined || two === undefined) throw new TypeError('expected two views');
        expect(sameWords(one, before.length, two, other.length, length)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('sees a view of a part as that part', () => {
    const part = viewOf(Uint8Array.from([9, 1, 2, 3, 4, 9]).subarray(1, 5));
    expect(sameWords(part, 0, viewOf(Uint8Array.from([1, 2, 3, 4])), 0, 4)).toBe(4);
  });
});
