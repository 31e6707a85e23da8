import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopicSubscription } from '../../src/model/alert-subscription.ts';
import { coverageOf } from '../../src/policy/alert-coverage.ts';
import { type Passage, passageOf } from '../../src/policy/filter-policy.ts';
import { type FilterPolicy, passesFilter, problemsOfFilter } from '../../src/sandbox/sns/filter-policy.ts';
import { aPair } from '../support/pairs.ts';

const ATTRIBUTES = { severity: 'critical', code: 'replica-missing', pair: ['orders', 'ledger'] } as const;

describe('a filter policy', () => {
  it.each<[string, unknown, Passage]>([
    ['without conditions lets everything through', {}, 'yes'],
    ['lets through what it names', { severity: ['warning', 'critical'] }, 'yes'],
    ['keeps back what it does not name', { severity: ['warning'] }, 'no'],
    ['needs all its attributes', { severity: ['critical'], code: ['x'] }, 'no'],
    ['needs the attribute', { region: ['eu-west-1'] }, 'no'],
    ['can ask for an attribute', { severity: [{ exists: true }] }, 'yes'],
    ['can ask for none', { region: [{ exists: false }] }, 'yes'],
    ['matches any member of a list', { pair: ['ledger'] }, 'yes'],
    ['knows prefixes', { code: [{ prefix: 'replica-' }] }, 'yes'],
    ['knows other prefixes', { code: [{ prefix: 'content-' }] }, 'no'],
    ['knows suffixes', { code: [{ suffix: '-missing' }] }, 'yes'],
    ['knows words in any case', { severity: [{ 'equals-ignore-case': 'CRITICAL' }] }, 'yes'],
    ['knows anything but', { code: [{ 'anything-but': ['rtc-off', 'mfa-delete-off'] }] }, 'yes'],
    ['knows anything but what it is', { code: [{ 'anything-but': 'replica-missing' }] }, 'no'],
    ['knows anything but a beginning', { code: [{ 'anything-but': { prefix: 'replica-' } }] }, 'no'],
    ['is unclear about a list of which one is excluded', { pair: [{ 'anything-but': ['orders'] }] }, 'unknown'],
    ['is clear about a list of which none is excluded', { pair: [{ 'anything-but': ['x'] }] }, 'yes'],
    ['finds no number', { severity: [{ numeric: ['>', 1] }] }, 'no'],
    ['knows alternatives', { $or: [{ severity: ['info'] }, { code: ['replica-missing'] }] }, 'yes'],
    ['knows alternatives that fail', { $or: [{ severity: ['info'] }, { code: ['x'] }] }, 'no'],
    ['of an operator that is not known is unclear', { severity: [{ cidr: '10.0.0.0/8' }] }, 'unknown'],
    ['of an operator without a text is unclear', { severity: [{ prefix: 1 }] }, 'unknown'],
    ['of another without a text is unclear', { severity: [{ suffix: 1 }] }, 'unknown'],
    ['of words without a text is unclear', { severity: [{ 'equals-ignore-case': 1 }] }, 'unknown'],
    ['of anything but what is unclear is unclear', { code: [{ 'anything-but': { wildcard: 'a*' } }] }, 'unknown'],
    ['of an empty condition is unclear', { severity: [{}] }, 'unknown'],
    ['keeps back for sure what one part keeps back', { code: ['x'], severity: [{ cidr: 'x' }] }, 'no'],
    ['of another shape is unclear', { severity: 'critical' }, 'unknown'],
    ['that is none is unclear', 'critical', 'unknown'],
    ['that is a list is unclear', [], 'unknown'],
  ])('%s', (_, policy, passage) => {
    expect(passageOf(policy, ATTRIBUTES)).toBe(passage);
  });

  it('means the same to Holdfast and to the sandbox, where both know it', () => {
    const word = fc.constantFrom('critical', 'warning', 'replica-missing', 'replica-', 'orders', 'CRITICAL', '');
    const condition = fc.oneof(
      word,
      fc.boolean().map((exists) => ({ exists })),
      fc.constantFrom('prefix', 'suffix', 'equals-ignore-case').chain((name) => word.map((text) => ({ [name]: text }))),
      fc.array(word, { minLength: 1, maxLength: 3 }).map((texts) => ({ 'anything-but': texts })),
      fc.constant({ numeric: ['>=', 1] }),
    );
    const names = fc.constantFrom('severity', 'code', 'pair', 'region');
    const policy = fc.dictionary(names, fc.array(condition, { minLength: 1, maxLength: 3 }), { maxKeys: 3 });
    const property = fc.property(policy, (given: FilterPolicy) => {
      fc.pre(problemsOfFilter(given, 'MessageAttributes').length === 0);
      const passage = passageOf(given, ATTRIBUTES);
      fc.pre(passage !== 'unknown');
      expect(passage).toBe(passesFilter(given, ATTRIBUTES) ? 'yes' : 'no');
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('what subscriptions hear of', () => {
  const pairs = [aPair({ name: 'orders' }), aPair({ name: 'ledger' })];
  const mail = (policy?: unknown, changes: Partial<TopicSubscription> = {}): TopicSubscription => ({
    protocol: 'email',
    endpoint: 'me@example.com',
    confirmed: true,
    ...(policy === undefined ? {} : { filterPolicy: JSON.stringify(policy) }),
    ...changes,
  });
  const heard = (...subscriptions: readonly TopicSubscription[]) =>
    coverageOf(subscriptions, { region: 'eu-west-1', pairs });

  it.each<[string, TopicSubscription, object]>([
    ['everything without a policy', mail(), { info: 'all', warning: 'all', critical: 'all' }],
    ['nothing before it is confirmed', mail(undefined, { confirmed: false }), { info: 'none', critical: 'none' }],
    ['what its policy says', mail({ severity: ['critical'] }), { info: 'none', warning: 'none', critical: 'all' }],
    ['some', mail({ family: ['routing'] }), { info: 'some', critical: 'some' }],
    ['what is about the body, which is not known', mail({ a: [1] }, { ofBody: true }), { critical: 'unknown' }],
    ['what nobody can read', mail(undefined, { filterPolicy: '{' }), { critical: 'unknown' }],
    [
      'what is unclear in part',
      mail({ code: [{ cidr: 'x' }, 'rule-missing'], severity: ['critical'] }),
      { critical: 'some' },
    ],
    [
      'what is unclear but for what is kept back',
      mail({ code: [{ cidr: 'x' }], pair: ['ledger'] }),
      { critical: 'unknown' },
    ],
  ])('are %s', (_, subscription, shares) => {
    expect(heard(subscription).shares[0]).toMatchObject(shares);
  });

  it('lack critical alerts that no confirmed subscription gets', () => {
    expect(heard(mail()).unheard).toEqual([]);
    expect(heard().unheard).toHaveLength(7 * 3);
    const { unheard, unclear } = heard(
      mail({ pair: ['orders', { exists: false }] }),
      mail({ family: ['integrity', 'replication', 'pressure', 'change', 'configuration', 'monitor'] }),
      mail({ severity: ['warning'] }),
    );
    expect([unheard, unclear]).toEqual([['routing of ledger'], []]);
  });

  it('are unclear where a policy is', () => {
    const { unheard, unclear } = heard(mail({ severity: ['critical'], pair: [{ cidr: 'x' }, { exists: false }] }));
    expect([unheard, unclear.length]).toEqual([[], 7 * 2]);
  });
});
