import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDollars,
  formatDuration,
} from '../../src/model/quantity-text.ts';

describe('a quantity in words', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.00 KiB'],
    [10 * 1_024 * 1_024, '10.0 MiB'],
    [900 * 1_024 * 1_024, '900 MiB'],
    [5 * 1_024 ** 4, '5.00 TiB'],
    [5_000 * 1_024 ** 4, '5000 TiB'],
  ])('is %i bytes: %s', (sizeBytes, text) => {
    expect(formatBytes(sizeBytes)).toBe(text);
  });

  it.each([
    [-5_000, '0s'],
    [400, '0s'],
    [45_000, '45s'],
    [60_000, '1m'],
    [3_900_000, '1h 5m'],
    [3_605_000, '1h'],
    [273_600_000, '3d 4h'],
  ])('is %i milliseconds: %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [0, '0 versions'],
    [1, '1 version'],
    [12_345, '12,345 versions'],
  ])('is %i: %s', (count, text) => {
    expect(formatAmount(count, 'version')).toBe(text);
    expect(text.startsWith(formatCount(count))).toBe(true);
  });
});

describe('formatDollars', () => {
  it.each([
    [0, '$0.0000'],
    [0.000_09, 'less than $0.0001'],
    [0.000_1, '$0.0001'],
    [12.345_67, '$12.3457'],
  ])('shows %d', (dollars, text) => {
    expect(formatDollars(dollars)).toBe(text);
  });
});
