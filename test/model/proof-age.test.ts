import { describe, expect, it } from 'vitest';
import { oldestProofMs } from '../../src/model/proof-age.ts';

describe('oldestProofMs', () => {
  it.each([
    [45, undefined, 40],
    [45, 20, 20],
    [5, undefined, 10],
  ])('where each is read once in %d, by its rule in %s, is %d', (everyMs, ofRule, oldest) => {
    const rule = ofRule === undefined ? undefined : { bucket: 'b', prefix: '', everyMs: ofRule };
    expect(oldestProofMs({ mode: 'age', everyMs, periodMs: 10, turn: 3 }, rule)).toBe(oldest);
  });
});
