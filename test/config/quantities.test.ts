import { describe, expect, it } from 'vitest';
import { parseDuration, parseSize } from '../../src/config/quantities.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['15', undefined],
    ['m', undefined],
    ['1.5h', undefined],
    ['-1s', undefined],
    ['15 m', undefined],
    ['15M', undefined],
  ])('reads %s as %s ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

describe('parseSize', () => {
  it.each([
    ['512 B', 512],
    ['1KiB', 1024],
    ['64 MiB', 67_108_864],
    ['1.5 GiB', 1_610_612_736],
    ['2 TiB', 2_199_023_255_552],
    ['0.001 KiB', 1],
    ['64 MB', undefined],
    ['64', undefined],
    ['64  MiB', undefined],
    ['64 mib', undefined],
  ])('reads %s as %s bytes', (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });
});
