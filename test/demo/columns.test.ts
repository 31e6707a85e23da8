import { describe, expect, it } from 'vitest';
import { fit, widthOf } from '../../demo/columns.ts';

describe('the columns of a terminal', () => {
  it.each([
    ['', 0],
    ['invoice.pdf', 11],
    ['é', 1],
    ['e\u0301', 1],
    ['😀', 2],
    ['👩‍🚀', 2],
    ['漢字', 4],
    ['～', 2],
  ])('%j takes %d', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });

  it.each([
    ['short', 8, 'short   '],
    ['exactly8', 8, 'exactly8'],
    ['in/a-long-name.bin', 9, 'in/a….bin'],
    ['漢字漢字漢字', 8, '漢字…字 '],
    ['ab漢字漢字', 7, 'ab漢…字'],
  ])('%j in %d is %j', (text, columns, expected) => {
    expect(fit(text, columns)).toBe(expected);
    expect(widthOf(fit(text, columns))).toBe(columns);
  });
});
