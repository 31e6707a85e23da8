import { describe, expect, it } from 'vitest';

import { passesFilter, problemsOfFilter } from '../../src/sandbox/sns/filter-policy.ts';

const MESSAGE = {
  severity: 'critical',
  lagSeconds: 912,
  codes: ['object-lost', 'size-differs'],
  open: true,
  nested: { pair: 'eu-us' },
};

describe('a filter policy', () => {
  it.each([
    ['exact text', { severity: ['info', 'critical'] }, true],
    ['another text', { severity: ['info'] }, false],
    ['text in another case', { severity: ['Critical'] }, false],
    ['text in another case, ignored', { severity: [{ 'equals-ignore-case': 'CRITICAL' }] }, true],
    ['any value of a list', { codes: ['size-differs'] }, true],
    ['no value of a list', { codes: ['content-verified'] }, false],
    ['a prefix', { severity: [{ prefix: 'crit' }] }, true],
    ['another prefix', { severity: [{ prefix: 'rit' }] }, false],
    ['a suffix', { severity: [{ suffix: 'cal' }] }, true],
    ['anything but this', { severity: [{ 'anything-but': 'critical' }] }, false],
    ['anything but others', { severity: [{ 'anything-but': ['info', 'warning'] }] }, true],
    ['anything but a prefix', { severity: [{ 'anything-but': { prefix: 'crit' } }] }, false],
    ['anything but, where nothing is', { missing: [{ 'anything-but': 'x' }] }, false],
    ['existence', { severity: [{ exists: true }] }, true],
    ['existence of what is not there', { missing: [{ exists: true }] }, false],
    ['absence', { missing: [{ exists: false }] }, true],
    ['absence of what is there', { severity: [{ exists: false }] }, false],
    ['a number', { lagSeconds: [912] }, true],
    ['a number as text', { lagSeconds: ['912'] }, false],
    ['a range that includes', { lagSeconds: [{ numeric: ['>=', 900, '<', 1000] }] }, true],
    ['a range that does not', { lagSeconds: [{ numeric: ['>', 912] }] }, false],
    ['a range over text', { severity: [{ numeric: ['>', 0] }] }, false],
    ['truth', { open: [true] }, true],
    ['all of several members', { severity: ['critical'], lagSeconds: [{ numeric: ['>=', 900] }] }, true],
    ['one of several members only', { severity: ['critical'], missing: ['x'] }, false],
    ['a member of a member', { nested: { pair: ['eu-us'] } }, true],
    ['another member of a member', { nested: { pair: ['us-eu'] } }, false],
    ['a member of what has none', { severity: { pair: ['eu-us'] } }, false],
  ])('judges %s', (_, policy, passes) => {
    expect(problemsOfFilter(policy, 'MessageBody')).toEqual([]);
    expect(passesFilter(policy, MESSAGE)).toBe(passes);
  });

  it.each([
    ['$or', { $or: [{ a: ['x'] }] }, 'MessageBody'],
    ['an unknown operator', { a: [{ cidr: '10.0.0.0/24' }] }, 'MessageBody'],
    ['a condition that is no list', { a: 'x' }, 'MessageBody'],
    ['nesting over attributes', { a: { b: ['x'] } }, 'MessageAttributes'],
    ['no conditions', { a: [] }, 'MessageAttributes'],
    ['half a range', { a: [{ numeric: ['>'] }] }, 'MessageAttributes'],
    ['two operators at once', { a: [{ prefix: 'x', suffix: 'y' }] }, 'MessageAttributes'],
    ['no object', ['x'], 'MessageAttributes'],
  ] as const)('is refused for %s', (_, policy, scope) => {
    expect(problemsOfFilter(policy, scope)).toHaveLength(1);
  });
});
