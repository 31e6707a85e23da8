import { describe, expect, it } from 'vitest';
import { entriesOf, isSameDocument, targetOf } from '../../src/model/wiring.ts';

describe('isSameDocument', () => {
  it.each<[string, object, object]>([
    ['order of members', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['order of lists', { Events: ['x', 'y'] }, { Events: ['y', 'x'] }],
    ['members that are undefined', { a: 1, b: undefined }, { a: 1 }],
    ['a filter without rules', { Id: 'a', Filter: { Key: { FilterRules: [] } } }, { Id: 'a' }],
    ['an empty filter', { Id: 'a', Filter: {} }, { Id: 'a' }],
    ['an empty list', { QueueConfigurations: [] }, {}],
    ['the case of a filter', { Name: 'Prefix', Value: 'in/' }, { Name: 'prefix', Value: 'in/' }],
    ['a time that came as text', { Date: new Date(0) }, { Date: '1970-01-01T00:00:00.000Z' }],
  ])('passes over the %s', (_, a, b) => {
    expect(isSameDocument(a, b)).toBe(true);
  });

  it.each<[string, object, object]>([
    ['a value', { a: 1 }, { a: 2 }],
    ['a filter', { Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'a' }] } } }, {}],
    ['a member more', { a: 1 }, { a: 1, b: null }],
    ['an empty member', { EventBridgeConfiguration: {} }, {}],
    ['the case of a value', { Value: 'In/' }, { Value: 'in/' }],
    ['an element of a list', { a: [undefined] }, { a: ['x'] }],
    ['a name that is no text', { Name: 1 }, { Name: '1' }],
  ])('sees %s', (_, a, b) => {
    expect(isSameDocument(a, b)).toBe(false);
  });
});

describe('entries', () => {
  it('are all, whatever they notify', () => {
    const [topic, queue, lambda] = [{ TopicArn: 't' }, { QueueArn: 'q' }, { LambdaFunctionArn: 'f' }];
    const all = entriesOf({
      TopicConfigurations: [topic],
      QueueConfigurations: [queue],
      LambdaFunctionConfigurations: [lambda],
    });
    expect(all.map((entry) => targetOf(entry))).toEqual(['t', 'q', 'f']);
    expect(entriesOf({})).toEqual([]);
    expect(targetOf({})).toBe('');
  });
});
