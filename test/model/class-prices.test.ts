import { describe, expect, it } from 'vitest';
import { bulkRestorePrice, isArchiveClass, readPricesOf } from '../../src/model/class-prices.ts';

describe('prices by storage class', () => {
  it.each([
    ['STANDARD', 'us-east-1', 0.4, 0],
    ['STANDARD', 'eu-central-1', 0.43, 0],
    ['STANDARD_IA', 'us-east-1', 1, 0.01],
    ['GLACIER_IR', 'us-east-1', 10, 0.03],
    ['a class of tomorrow', 'us-east-1', 0.4, 0],
  ])('a million GETs from %s in %s cost %d dollars, and a GB %d', (storageClass, region, gets, retrievalGB) => {
    const prices = readPricesOf(storageClass, region);
    expect(prices).toEqual({ get: expect.closeTo(gets / 1_000_000, 12), retrievalGB });
  });

  it.each([
    ['STANDARD', false, 0],
    ['GLACIER_IR', false, 0],
    ['GLACIER', true, 0.023],
    ['DEEP_ARCHIVE', true, 0.0255 + 0.000_025],
  ])('restoring a GB from %s for a month', (storageClass, archived, dollars) => {
    expect(isArchiveClass(storageClass)).toBe(archived);
    expect(bulkRestorePrice(storageClass, 1e9, 30)).toBeCloseTo(dollars, 9);
  });
});
