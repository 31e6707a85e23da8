import { expect, it } from 'vitest';
import { isEligible, ruleFor } from '../../src/model/replication-rule.ts';
import { aReplicationRule, LINK } from '../support/replicas.ts';

const { bucket } = LINK.destination;
const pick = (rules: readonly ReturnType<typeof aReplicationRule>[], object: Parameters<typeof ruleFor>[1]): string => {
  const rule = ruleFor({ rules }, object, bucket);
  return typeof rule === 'object' ? rule.id : String(rule);
};

it.each([
  ['the only one', [aReplicationRule()], { key: 'a' }, 'everything'],
  ['none that is disabled', [aReplicationRule({ enabled: false })], { key: 'a' }, 'undefined'],
  ['none for another bucket', [aReplicationRule({ destinationBucket: 'other' })], { key: 'a' }, 'undefined'],
  ['none for another prefix', [aReplicationRule({ prefix: 'b' })], { key: 'a' }, 'undefined'],
  [
    'the one of the higher priority',
    [aReplicationRule(), aReplicationRule({ id: 'high', priority: 2 })],
    { key: 'a' },
    'high',
  ],
  ['the one whose tags match', [aReplicationRule({ tags: { a: '1' } })], { key: 'a', tags: { a: '1' } }, 'everything'],
  [
    'none whose tags do not match',
    [aReplicationRule({ tags: { a: '1' } })],
    { key: 'a', tags: { a: '2' } },
    'undefined',
  ],
  ['nobody knows without tags', [aReplicationRule({ tags: { a: '1' } })], { key: 'a' }, 'unknown'],
  [
    'the next where the tags of the first do not match',
    [aReplicationRule({ id: 'low', priority: 0 }), aReplicationRule({ tags: { a: '1' } })],
    { key: 'a', tags: {} },
    'low',
  ],
] as const)('decides: %s', (_title, rules, object, expected) => {
  expect(pick(rules, object)).toBe(expected);
});

it.each([
  ['a plain object', { key: 'a', encryption: 'sse-s3', storageClass: 'STANDARD' }, true, true],
  ['an SSE-KMS object only where selected', { key: 'a', encryption: 'sse-kms' }, true, false],
  ['an archived object never', { key: 'a', storageClass: 'GLACIER' }, false, false],
  ['an object of which nothing is known', { key: 'a' }, true, true],
] as const)('takes %s', (_title, object, selected, notSelected) => {
  expect(isEligible(aReplicationRule({ kmsObjects: true }), object)).toBe(selected);
  expect(isEligible(aReplicationRule({ kmsObjects: false }), object)).toBe(notSelected);
});
