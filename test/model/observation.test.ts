import { describe, expect, it } from 'vitest';
import { isTemporary, present, type UnreadableReason } from '../../src/model/observation.ts';

describe('isTemporary', () => {
  it.each<[UnreadableReason, boolean]>([
    ['throttled', true],
    ['kms-throttled', true],
    ['restoring', true],
    ['archived', false],
    ['sse-c', false],
    ['key-unusable', false],
    ['access-denied', false],
    ['deleted-meanwhile', false],
    ['overwritten-meanwhile', false],
    ['too-large', false],
    ['wrong-region', false],
  ])('of %s is %s', (reason, expected) => {
    expect(isTemporary(reason)).toBe(expected);
  });
});

describe('present', () => {
  it('holds what was seen', () => {
    expect(present(0)).toEqual({ state: 'present', value: 0 });
  });
});
