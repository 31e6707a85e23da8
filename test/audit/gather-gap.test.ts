import { describe, expect, it } from 'vitest';
import { gatherGap } from '../../src/audit/gather-gap.ts';
import { HoldfastError } from '../../src/errors.ts';
import { type LagPercentiles, toLagPercentiles } from '../../src/model/measurements.ts';
import { createFakeBuckets } from '../support/fake-lists.ts';
import { linksOfPair } from '../support/pairs.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const links = linksOfPair({ twoWay: true });
const world = {
  buckets: createFakeBuckets(new Map()),
  clock: { now: () => NOW },
  call: { signal: new AbortController().signal },
};

/** So many minutes with the same lag, and one with another. */
function lagOf(ms: number, worstMs = ms): LagPercentiles {
  const lag = toLagPercentiles([...Array.from({ length: 999 }, () => ms), worstMs]);
  if (lag === undefined) throw new TypeError('expected a lag');
  return lag;
}

describe('gatherGap', () => {
  it.each([
    ['nothing was measured', {}, 120_000],
    ['replicas come within seconds', { lag: lagOf(9_000) }, 120_000],
    ['S3 measured more', { latency: lagOf(300_000), lag: lagOf(9_000) }, 300_000],
    ['Holdfast measured more', { latency: lagOf(300_000), lag: lagOf(420_000) }, 420_000],
    ['one minute was much worse', { lag: lagOf(200_000, 9_000_000) }, 200_000],
    ['something is stuck for days', { lag: lagOf(200_000_000) }, 3_600_000],
  ])('is right where %s', async (_, measured, expected) => {
    const meter = { read: async () => measured };
    expect(await gatherGap(links, { ...world, meter })).toBe(expected);
  });

  it('is that of the slowest link', async () => {
    const [first] = links;
    const read = async (link: (typeof links)[number]) => (link === first ? { lag: lagOf(500_000) } : {});
    expect(await gatherGap([...links.slice(1), ...links.slice(0, 1)], { ...world, meter: { read } })).toBe(500_000);
  });

  it('is the least where nobody may ask', async () => {
    const read = async () => Promise.reject(new HoldfastError('access-denied', 'ReplicationMeter.read', 'denied'));
    expect(await gatherGap(links, { ...world, meter: { read } })).toBe(120_000);
  });

  it('fails with whatever is no answer of AWS', async () => {
    const read = async () => Promise.reject(new TypeError('a bug'));
    await expect(gatherGap(links, { ...world, meter: { read } })).rejects.toThrow('a bug');
  });
});
