import { describe, expect, it } from 'vitest';
import { exposedBucket } from '../../../src/checks/pair/exposed-bucket.ts';
import { present } from '../../../src/model/observation.ts';
import { ABSENT, CLOSED, DENIED, somePair } from '../../support/pair-facts.ts';

const OPEN = present({ ...CLOSED, restrictPublicBuckets: false });
const ALL = 'BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets';

describe('exposedBucket', () => {
  it.each([
    ['closed buckets', somePair(), []],
    ['one open setting', somePair({ source: { publicAccessBlock: OPEN } }), [{ missing: 'RestrictPublicBuckets' }]],
    ['no block', somePair({ destination: { publicAccessBlock: ABSENT } }), [{ missing: ALL }]],
    [
      'a public policy',
      somePair({ source: { publicAccessBlock: OPEN, policy: present({ json: '{}', isPublic: true }) } }),
      [{ missing: 'RestrictPublicBuckets', policy: 'public' }],
    ],
    ['a public policy behind a block', somePair({ source: { policy: present({ json: '{}', isPublic: true }) } }), []],
    [
      'what may not be read',
      somePair({ destination: { publicAccessBlock: DENIED } }),
      [
        {
          reason: 'access-denied',
          where: 'publicAccessBlock of orders-euw1',
          permission: 's3:GetBucketPublicAccessBlock',
        },
      ],
    ],
  ])('judges %s', (_, facts, expected) => {
    expect(exposedBucket.run(facts).map(({ evidence }) => evidence)).toEqual(expected);
    expect(exposedBucket.applies(facts)).toBe(true);
  });

  it('warns of a policy that is public now before it is blocked', () => {
    const source = { publicAccessBlock: OPEN, policy: present({ json: '{}', isPublic: true }) };
    const [finding] = exposedBucket.run(somePair({ source }));
    expect(finding?.remedy?.what).toMatch(/^The policy of the bucket makes objects public now/);
    expect(finding?.remedy?.commands[0]).toContain('put-public-access-block --bucket orders-use1');
  });
});
