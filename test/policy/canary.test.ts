import { describe, expect, it } from 'vitest';
import type { LifecycleRule, ReplicationRule } from '../../src/model/bucket-settings.ts';
import type { CanaryRound, LinkCanaries } from '../../src/model/canary.ts';
import { present } from '../../src/model/observation.ts';
import { canaryStance, isCanaryDue, isPartsDue } from '../../src/policy/canary.ts';
import { aLifecycleRule, aReplicationRule } from '../support/pair-facts.ts';
import { aBucket, aLink, MINUTE_MS } from '../support/pairs.ts';

const FIRST = 'arn:aws:kms:eu-west-1:111122223333:key/1';
const SECOND = 'arn:aws:kms:eu-west-1:111122223333:key/2';
const link = aLink({ source: { ...aBucket('photos', 'eu-west-1'), kmsKeys: [FIRST, SECOND] } });
const CLEARS = aLifecycleRule({ id: 'r', prefix: '', expiration: { days: 1 }, noncurrentExpiration: { days: 1 } });

const replicates = (changes: Partial<ReplicationRule> = {}): ReplicationRule =>
  aReplicationRule({ prefix: '', tags: {}, kmsObjects: true, destinationBucket: 'photos-copy', ...changes });

function canaries({
  lifecycle = [CLEARS],
  rules = [replicates()],
  key,
}: {
  readonly lifecycle?: readonly LifecycleRule[];
  readonly rules?: readonly ReplicationRule[];
  readonly key?: string;
}): LinkCanaries {
  return {
    link,
    rounds: [],
    settings: {
      lifecycle: present(lifecycle),
      replication: present({ role: 'arn:aws:iam::111122223333:role/r', rules }),
      encryption:
        key === undefined ? { state: 'absent' } : present({ algorithm: 'aws:kms', kmsKeyId: key, bucketKey: true }),
    },
  };
}

describe('canaryStance', () => {
  it.each([
    ['uses the key of the bucket', canaries({ key: SECOND }), { kmsKeyId: SECOND }],
    ['uses the first of the configuration where the bucket has none', canaries({}), { kmsKeyId: FIRST }],
    ['uses none that the configuration does not name', canaries({ key: 'arn:other' }), { kmsKeyId: FIRST }],
    ['writes nothing that nobody clears away', canaries({ lifecycle: [] }), { off: 'not-expired' }],
    [
      'writes nothing that no rule selects',
      canaries({ rules: [replicates({ prefix: 'a/' })] }),
      { off: 'not-replicated' },
    ],
    ['writes nothing without rules', canaries({ rules: [] }), { off: 'not-replicated' }],
    [
      'writes nothing where SSE-KMS stays behind',
      canaries({ rules: [replicates({ kmsObjects: false })] }),
      { off: 'not-replicated' },
    ],
    [
      'asks the rule that decides',
      canaries({ rules: [replicates({ priority: 1 }), replicates({ priority: 2, kmsObjects: false })] }),
      { off: 'not-replicated' },
    ],
    [
      'takes the tags of the rule where no other selects canaries',
      canaries({ rules: [replicates({ tags: { team: 'a+b c', 'é=': '😀' } })] }),
      { kmsKeyId: FIRST, tags: { team: 'a+b c', 'é=': '😀' } },
    ],
    [
      'takes no tags where a rule does without, whatever its priority',
      canaries({ rules: [replicates({ priority: 1 }), replicates({ priority: 2, tags: { team: 'a' } })] }),
      { kmsKeyId: FIRST },
    ],
    [
      'goes around a rule that leaves SSE-KMS behind',
      canaries({
        rules: [
          replicates({ priority: 1, tags: { a: '1', b: '2' } }),
          replicates({ priority: 2, tags: { a: '1' }, kmsObjects: false }),
          replicates({ priority: 3, tags: { c: '3' } }),
        ],
      }),
      { kmsKeyId: FIRST, tags: { c: '3' } },
    ],
    [
      'writes nothing where such a rule decides all the same',
      canaries({
        rules: [replicates({ priority: 1, tags: { a: '1' } }), replicates({ priority: 2, kmsObjects: false })],
      }),
      { off: 'not-replicated' },
    ],
    ['has nothing to compare without a key', { ...canaries({}), link: aLink() }, { off: 'no-key' }],
    ['does not guess what it may not read', { ...canaries({}), settings: {} }, { off: 'not-expired' }],
  ])('%s', (_title, given, expected) => {
    expect(canaryStance(given)).toEqual(expected);
  });
});

describe('isCanaryDue', () => {
  const now = new Date('2026-11-01T12:00:00Z');
  const round = (minutes: number): CanaryRound => {
    const canary = { versionId: 'v', waitedMs: 0 };
    return { writtenAt: new Date(now.getTime() - minutes * MINUTE_MS), plain: canary, kms: canary };
  };

  it.each([
    ['at first', [], true],
    ['every five minutes', [round(10), round(5)], true],
    ['though the watch is a little early', [round(4.6)], true],
    ['and no sooner', [round(10), round(4)], false],
  ])('a round is written %s', (_title, rounds, due) => {
    expect(isCanaryDue({ rounds }, now)).toBe(due);
  });
});

describe('isPartsDue', () => {
  const now = new Date('2026-11-01T12:00:00Z');

  it.each([
    ['at first', undefined, true],
    ['after a day', new Date('2026-10-31T12:00:20Z'), true],
    ['and no sooner', new Date('2026-10-31T12:05:00Z'), false],
  ])('one is uploaded in parts %s', (_title, partsWrittenAt, due) => {
    expect(isPartsDue(partsWrittenAt === undefined ? {} : { partsWrittenAt }, now)).toBe(due);
  });
});
