import { describe, expect, it } from 'vitest';
import { withoutEffect } from '../../src/config/without-effect.ts';
import type { Config } from '../../src/model/config.ts';

const rule = { bucket: 'a', prefix: '', evidence: 'etag', declared: [] } as const;
const mrap: Config['mraps'][number] = {
  name: 'm',
  arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap',
  pairs: ['p'],
  failover: { mode: 'off', rpoMs: 0, coolDownMs: 0, quorum: 1, confirmations: 3, window: 5, flaps: 2 },
  observers: [],
};
const place = (bucket: string) => ({ bucket, region: 'us-east-1', account: '111122223333' });
const NEVER_AGAIN =
  'has no effect by the clock: no audit of this bucket has `content: {mode: age}`; `holdfast audit --content age` obeys it';
const again = { ...rule, prefix: 'a/', everyMs: 1 };

/** A pair of `a` and `b`, and an audit of it. */
function audited(mode: 'age' | 'all', prefix = '', pair = 'p'): Pick<Config, 'pairs' | 'audits'> {
  const pairs = [
    {
      name: 'p',
      source: place('a'),
      destinations: [place('b')],
      twoWay: false,
      followUp: 'every' as const,
      match: 'version' as const,
      lookAfterMs: [],
      expect: {},
    },
  ];
  const rest = { schedule: 'rate(7 days)', timezone: 'UTC', versions: true, budget: 1, ceiling: 1, concurrency: 1 };
  return {
    pairs: pairs as unknown as Config['pairs'],
    audits: [{ ...rest, name: 'w', pair, prefix, content: { mode, share: 1 }, keepMs: 1 }],
  };
}
const UNOBSERVED = 'has no effect: it has no observers, so nobody knows when a Region fails';

describe('options without effect', () => {
  it.each<[string, Parameters<typeof withoutEffect>[0], readonly (readonly [string, string])[]]>([
    ['none', { mraps: [], pairs: [], verify: [rule] }, []],
    ['an access point without observers', { mraps: [mrap], pairs: [], verify: [] }, [['mraps.m', UNOBSERVED]]],
    ['no access point with observers', { mraps: [{ ...mrap, observers: ['eu-west-1'] }], pairs: [], verify: [] }, []],
    [
      'a verification that is to be repeated, without audits',
      { mraps: [], pairs: [], verify: [rule, again] },
      [['verify[1].every', NEVER_AGAIN]],
    ],
    [
      'one of a bucket that is read by age',
      { mraps: [], verify: [again, { ...again, bucket: 'c' }], ...audited('age') },
      [['verify[1].every', NEVER_AGAIN]],
    ],
    ['none of the source, below the prefix of an audit', { mraps: [], verify: [again], ...audited('age', 'a/b/') }, []],
    [
      'one beside the prefix of the audit',
      { mraps: [], verify: [again], ...audited('age', 'z/') },
      [['verify[0].every', NEVER_AGAIN]],
    ],
    [
      'one whose audit is of another pair',
      { mraps: [], verify: [again], ...audited('age', '', 'q') },
      [['verify[0].every', NEVER_AGAIN]],
    ],
    [
      'one whose audit reads everything, which is another question',
      { mraps: [], verify: [again], ...audited('all') },
      [['verify[0].every', NEVER_AGAIN]],
    ],
  ])('are named: %s', (_, config, expected) => {
    expect(withoutEffect(config).map(({ path, message }) => [path, message])).toEqual(expected);
  });
});
