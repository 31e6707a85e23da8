import { describe, expect, it } from 'vitest';
import { compareSequencers } from '../../src/model/sequencer.ts';

describe('compareSequencers', () => {
  it.each([
    ['0069070E42078F3C51', '0069070E42078F3C52', -1],
    ['0069070E42078F3C51', '0069070e42078f3c51', 0],
    ['9', '10', -1],
    ['0069070E42078F3C51', '617f08299329d189', 1],
    ['00ff', 'FF', 0],
    ['', '0', 0],
  ])('orders %s and %s', (a, b, expected) => {
    expect(Math.sign(compareSequencers(a, b))).toBe(expected);
  });
});
