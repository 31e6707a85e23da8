import { describe, expect, it } from 'vitest';
import { withoutEffect } from '../../src/config/without-effect.ts';
import type { Config } from '../../src/model/config.ts';

const rule = { bucket: 'b', prefix: '', evidence: 'etag', declared: [] } as const;
const mrap: Config['mraps'][number] = {
  name: 'm',
  arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap',
  pairs: ['p'],
  failover: { mode: 'off', rpoMs: 0, coolDownMs: 0, quorum: 1, confirmations: 3, window: 5, flaps: 2 },
  observers: [],
};
const UNOBSERVED = 'has no effect: it has no observers, so nobody knows when a Region fails';

describe('options without effect', () => {
  it.each<[string, Parameters<typeof withoutEffect>[0], readonly (readonly [string, string])[]]>([
    ['none', { mraps: [], verify: [rule] }, []],
    ['an access point without observers', { mraps: [mrap], verify: [] }, [['mraps.m', UNOBSERVED]]],
    ['no access point with observers', { mraps: [{ ...mrap, observers: ['eu-west-1'] }], verify: [] }, []],
    [
      'a verification that is to be repeated',
      { mraps: [], verify: [rule, { ...rule, everyMs: 1 }] },
      [['verify[1].every', 'has no effect yet: nothing is verified again by the clock']],
    ],
  ])('are named: %s', (_, config, expected) => {
    expect(withoutEffect(config).map(({ path, message }) => [path, message])).toEqual(expected);
  });
});
