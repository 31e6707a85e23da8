import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

describe('nearest', () => {
  it.each([
    ['followup', ['match', 'followUp', 'twoWay'], 'followUp'],
    ['us-eats-1', ['us-east-1', 'us-west-1'], 'us-east-1'],
    ['eu-wst-1', ['us-east-1', 'eu-west-1'], 'eu-west-1'],
    ['pair', ['version', 'pairs', 'mraps'], 'pairs'],
    ['souurce', ['source'], 'source'],
    ['zzz', ['source', 'match'], undefined],
    ['a', ['bcd'], undefined],
    ['anything', [], undefined],
  ])('of %s in %j is %s', (typed, candidates, expected) => {
    expect(nearest(typed, candidates)).toBe(expected);
  });
});
