import { describe, expect, it } from 'vitest';
import { formatBytes, formatSize, printable } from '../../src/cli/printable.ts';

describe('formatSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1_023, '1,023 bytes'],
    [1_024, '1.00 KiB (1,024 bytes)'],
    [10 * 1024 * 1024, '10.0 MiB (10,485,760 bytes)'],
    [5 * 1024 ** 4, '5.00 TiB (5,497,558,138,880 bytes)'],
  ])('writes %i bytes as %s', (sizeBytes, expected) => {
    expect(formatSize(sizeBytes)).toBe(expected);
  });
});

describe('formatBytes', () => {
  it.each([
    [999.6 * 1024, '1000 KiB'],
    [1_023 * 1024, '1023 KiB'],
    [2_000 * 1024 ** 4, '2000 TiB'],
  ])('writes %i bytes as %s', (sizeBytes, expected) => {
    expect(formatBytes(sizeBytes)).toBe(expected);
  });
});

describe('printable', () => {
  it.each([
    ['a+b %41 é～😀', 'a+b %41 é～😀'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['two\nlines', 'two\\u{a}lines'],
    ['right\u202eleft', 'right\\u{202e}left'],
    ['c1\u009b2J', 'c1\\u{9b}2J'],
  ])('shows %j without obeying it', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});
