import { describe, expect, it } from 'vitest';
import { excludedShare } from '../../src/model/excluded-share.ts';

describe('excludedShare', () => {
  it.each([
    [0, 0.95, 1],
    [1, 0.95, 0.95],
    [299, 0.95, 0.01],
    [2_995, 0.95, 0.001],
  ])('of %i copies without damage, with confidence %f', (read, confidence, expected) => {
    expect(excludedShare(read, confidence)).toBeCloseTo(expected, 4);
  });
});
