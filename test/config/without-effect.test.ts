import { describe, expect, it } from 'vitest';
import { withoutEffect } from '../../src/config/without-effect.ts';
import type { Config } from '../../src/model/config.ts';

const rule = { bucket: 'b', prefix: '', evidence: 'etag', declared: [] } as const;
const mrap: Config['mraps'][number] = {
  name: 'm',
  arn: 'arn:aws:s3::111122223333:accesspoint/m.mrap',
  pairs: ['p'],
  failover: { mode: 'off', rpoMs: 0, coolDownMs: 0, quorum: 1 },
  observers: [],
};
const NO_ROUTE = 'has no effect yet: no route is watched or changed';

describe('options without effect', () => {
  it.each<[string, Parameters<typeof withoutEffect>[0], readonly (readonly [string, string])[]]>([
    ['none', { mraps: [], verify: [rule] }, []],
    ['an access point', { mraps: [mrap], verify: [] }, [['mraps.m', NO_ROUTE]]],
    [
      'an access point whose witness keeps the steering ledger',
      { mraps: [{ ...mrap, witness: 'eu-west-1' }], verify: [], steeringRegion: 'eu-west-1' },
      [['mraps.m', `${NO_ROUTE}; only its witness is used, as the Region of the steering ledger`]],
    ],
    [
      'an access point whose witness has no stack',
      { mraps: [{ ...mrap, witness: 'eu-central-1' }], verify: [], steeringRegion: 'eu-west-1' },
      [['mraps.m', NO_ROUTE]],
    ],
    [
      'a verification that is to be repeated',
      { mraps: [], verify: [rule, { ...rule, everyMs: 1 }] },
      [['verify[1].every', 'has no effect yet: nothing is verified again by the clock']],
    ],
  ])('are named: %s', (_, config, expected) => {
    expect(withoutEffect(config).map(({ path, message }) => [path, message])).toEqual(expected);
  });
});
