import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPrefixes } from '../../src/policy/key-prefixes.ts';

const keys = fc.array(fc.string({ unit: fc.constantFrom('a', '+', '%', ' ', '/', 'é', '～', '😀'), maxLength: 8 }), {
  minLength: 1,
  maxLength: 30,
});

describe('toPrefixes', () => {
  it.each([
    ['the keys themselves, if they are few', ['b/2', 'a/1'], 2, ['a/1', 'b/2']],
    ['no key that another one covers', ['a', 'ab', 'b'], 5, ['a', 'b']],
    ['their folders, if there are too many', ['a/1', 'a/2', 'b/x/1', 'b/x/2'], 2, ['a/', 'b/']],
    ['folders as deep as possible', ['a/b/1', 'a/b/2', 'a/c/1', 'd'], 3, ['a/b/', 'a/c/', 'd']],
    ['what all have in common, at last', ['log-1', 'log-2', 'log-3'], 2, ['log-']],
    ['whole characters only', ['x😀', 'x😁', 'x😂'], 2, ['x']],
    ['everything, if they have nothing in common', ['a', 'b', 'c'], 2, ['']],
    ['nothing of nothing', [], 2, []],
  ])('gives %s', (_, all, most, expected) => {
    expect(toPrefixes(all, most)).toEqual(expected);
  });

  it('covers every key by one prefix, with at most so many', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 5 }), (all, most) => {
        const prefixes = toPrefixes(all, most);
        expect(prefixes.length).toBeLessThanOrEqual(most);
        for (const key of all) expect(prefixes.filter((prefix) => key.startsWith(prefix))).toHaveLength(1);
      }),
    );
  });
});
