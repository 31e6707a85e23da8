import { describe, expect, it } from 'vitest';
import { allOf, anyOf, certainly, not, type Certainty } from '../../src/model/certainty.ts';

const rows: readonly (readonly [readonly Certainty[], all: Certainty, any: Certainty])[] = [
  [[], 'yes', 'no'],
  [['yes'], 'yes', 'yes'],
  [['no'], 'no', 'no'],
  [['maybe'], 'maybe', 'maybe'],
  [['yes', 'no', 'maybe'], 'no', 'yes'],
  [['yes', 'maybe'], 'maybe', 'yes'],
  [['no', 'maybe'], 'no', 'maybe'],
];

describe('certainty', () => {
  it.each(rows)('of %j is known as far as it can be', (given, all, any) => {
    expect([allOf(given), anyOf(given)]).toEqual([all, any]);
  });

  it('turns round, and leaves open what is open', () => {
    expect([not('yes'), not('no'), not('maybe'), certainly(true), certainly(false)]).toEqual([
      'no',
      'yes',
      'maybe',
      'yes',
      'no',
    ]);
  });
});
