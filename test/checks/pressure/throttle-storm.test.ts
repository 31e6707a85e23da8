import { expect, it } from 'vitest';
import { throttleStorm } from '../../../src/checks/pressure/throttle-storm.ts';
import type { Limit } from '../../../src/model/throttle.ts';
import { minutesAgo, somePressure, usageOf } from '../../support/pressure.ts';

const KMS: Limit = { of: 'kms', region: 'eu-west-1' };
const ELSEWHERE: Limit = { of: 'kms', region: 'us-east-1' };
const PREFIX: Limit = { of: 's3', region: 'eu-west-1', bucket: 'photos', prefix: 'a b/' };

function judge(limit: Limit, ...looks: readonly (readonly [ago: number, count: number])[]) {
  const minutes = looks.map(([ago, count]) => ({ at: minutesAgo(ago), looks: count }));
  return throttleStorm.run(somePressure({ throttled: [{ limit, minutes }], usage: usageOf(0.1) }));
}

it.each([
  ['finds nothing where nothing was throttled', KMS, [], []],
  ['lets one look pass', KMS, [[1, 1]], []],
  [
    'lets looks pass that are far from each other',
    KMS,
    [
      [14, 1],
      [8, 1],
      [1, 1],
    ],
    [],
  ],
  ['finds many within a minute', KMS, [[1, 3]], ['kms-throttled']],
  [
    'finds some within five minutes',
    KMS,
    [
      [5, 1],
      [3, 1],
      [1, 1],
    ],
    ['kms-throttled'],
  ],
  ['holds on to a storm until a quarter of an hour was quiet', KMS, [[19, 50]], ['kms-throttled']],
  ['lets it go then', KMS, [[21, 50]], []],
  ['finds a prefix of S3', PREFIX, [[2, 3]], ['s3-throttled']],
] as const)('%s', (_title, limit, looks, codes) => {
  expect(judge(limit, ...looks).map(({ code }) => code)).toEqual(codes);
});

it('does not apply where nobody asked', () => {
  expect(throttleStorm.run(somePressure())).toEqual([]);
});

it('speaks of the account where KMS throttled, with the command that raises the quota where that is known', () => {
  const [finding] = judge(KMS, [1, 7]);
  expect(finding).toMatchObject({ subject: { kind: 'kms-key', keyArn: '*' }, evidence: { throttledLooks: 7 } });
  expect(finding?.remedy?.commands.at(-1)).toContain('--desired-value 2000');
  const minutes = [{ at: minutesAgo(1), looks: 7 }];
  const [blind] = throttleStorm.run(somePressure({ throttled: [{ limit: KMS, minutes }] }));
  expect(blind?.remedy?.commands).toHaveLength(1);
  const [elsewhere] = judge(ELSEWHERE, [1, 7]);
  expect(elsewhere?.subject).toMatchObject({ region: 'us-east-1' });
  expect(elsewhere?.remedy?.commands).toEqual([expect.stringContaining('--region us-east-1')]);
});

it('speaks of the prefix where S3 throttled', () => {
  const [finding] = judge(PREFIX, [1, 7]);
  expect(finding?.subject).toEqual({ kind: 'prefix', bucket: 'photos', region: 'eu-west-1', prefix: 'a b/' });
});

it.each([
  ['is no storm while they are few', [[1, 19]], []],
  [
    'is one where they are many within five minutes',
    [
      [5, 10],
      [3, 10],
    ],
    ['kms-throttled'],
  ],
  [
    'is none where they are spread',
    [
      [14, 10],
      [8, 10],
      [1, 10],
    ],
    [],
  ],
] as const)('what the SDK has hidden %s', (_title, counts, codes) => {
  const hidden = counts.map(([ago, throttles]) => ({ at: minutesAgo(ago), throttles }));
  const found = throttleStorm.run(somePressure({ throttled: [{ limit: KMS, minutes: [], hidden }] }));
  expect(found.map(({ code }) => code)).toEqual(codes);
  expect(found.map(({ evidence }) => [evidence['throttledLooks'], evidence['hiddenThrottles']])).toEqual(
    codes.map(() => [0, 20]),
  );
});
