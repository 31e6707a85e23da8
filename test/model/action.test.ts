import { describe, expect, it } from 'vitest';
import { isAtLeast, type Severity } from '../../src/model/action.ts';

describe('isAtLeast', () => {
  it.each<[Severity, Severity, boolean]>([
    ['info', 'info', true],
    ['info', 'warning', false],
    ['warning', 'info', true],
    ['critical', 'warning', true],
    ['warning', 'critical', false],
  ])('says of %s against %s: %s', (severity, threshold, expected) => {
    expect(isAtLeast(severity, threshold)).toBe(expected);
  });
});
