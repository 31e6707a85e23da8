import { describe, expect, it } from 'vitest';
import { toLagPercentiles } from '../../src/model/measurements.ts';

describe('the percentiles of lag', () => {
  it.each([
    [[7], { p50Ms: 7, p90Ms: 7, p99Ms: 7, maxMs: 7, minutes: 1 }],
    [[3, 1, 2], { p50Ms: 2, p90Ms: 3, p99Ms: 3, maxMs: 3, minutes: 3 }],
    [
      Array.from({ length: 100 }, (_, index) => 100 - index),
      { p50Ms: 50, p90Ms: 90, p99Ms: 99, maxMs: 100, minutes: 100 },
    ],
  ])('are those of the sorted minutes: %j', (minutes, expected) => {
    expect(toLagPercentiles(minutes)).toEqual(expected);
  });

  it('are unknown where nothing was measured, and not zero', () => {
    expect(toLagPercentiles([])).toBeUndefined();
  });
});
