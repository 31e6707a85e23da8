import { describe, expect, it } from 'vitest';
import { freeze } from '../../src/model/config.ts';

describe('freeze', () => {
  it('freezes everything in a value', () => {
    const value = freeze({ list: [{ deep: { deeper: 1 } }], text: 'a', nothing: null });
    expect(Object.isFrozen(value.list[0]?.deep)).toBe(true);
    expect(() => Object.assign(value.list, [1])).toThrow(TypeError);
    expect(value).toEqual({ list: [{ deep: { deeper: 1 } }], text: 'a', nothing: null });
  });
});
