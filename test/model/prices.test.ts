import { describe, expect, it } from 'vitest';
import { internetPerGB, pricesOf, transferPerGB } from '../../src/model/prices.ts';

describe('list prices', () => {
  it.each([
    ['us-east-1', 4, 50],
    ['eu-west-1', 4, 50],
    ['eu-central-1', 4.3, 54],
    ['sa-east-1', 5.6, 70],
    ['xx-new-9', 4, 50],
  ])('in %s ten million HEADs cost %d and PUTs %d dollars', (region, heads, puts) => {
    const { s3Get, s3Put } = pricesOf(region);
    expect([s3Get * 10_000_000, s3Put * 10_000_000]).toEqual([expect.closeTo(heads), expect.closeTo(puts)]);
  });

  it('are the same everywhere but for S3 requests', () => {
    const { s3Get: _g, s3Put: _p, ...rest } = pricesOf('eu-central-1');
    expect(pricesOf('us-east-1')).toMatchObject(rest);
  });

  it.each([
    ['us-east-1', 'us-east-1', 0],
    ['us-east-1', 'us-east-2', 0.01],
    ['us-east-2', 'us-east-1', 0.01],
    ['us-east-1', 'us-west-2', 0.02],
    ['us-west-2', 'us-east-1', 0.02],
    ['eu-west-1', 'eu-central-1', 0.02],
    ['sa-east-1', 'us-east-1', 0.138],
  ])('from %s to %s a GB costs %d dollars', (from, to, expected) => {
    expect(transferPerGB(from, to)).toBe(expected);
  });

  it.each([
    ['us-east-1', 0.09],
    ['sa-east-1', 0.15],
  ])('from %s out of AWS a GB costs %d dollars', (from, expected) => {
    expect(internetPerGB(from)).toBe(expected);
  });
});
