import { describe, expect, it } from 'vitest';

import { parseDefinition } from '../../../src/sandbox/step-functions/parse-definition.ts';

const END = { Type: 'Succeed' };
const INVOKE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'f' },
  End: true,
};
const WITHIN = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
const DISTRIBUTED = { ...WITHIN, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
const READER = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSON' },
  Parameters: { 'Bucket.$': '$.bucket', Key: 'items.json' },
};
const MAP = { Type: 'Map', ItemProcessor: WITHIN, End: true };
const LARGE_MAP = { Type: 'Map', ItemProcessor: DISTRIBUTED, ItemReader: READER, End: true };

describe('a definition', () => {
  it.each([
    ['a task', INVOKE],
    ['a task in another partition', { ...INVOKE, Resource: 'arn:aws-cn:states:::lambda:invoke' }],
    ['an inline map', MAP],
    [
      'a distributed map',
      { ...LARGE_MAP, ToleratedFailurePercentage: 100, Label: 'All', MaxConcurrencyPath: '$.most' },
    ],
    ['a choice', { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'End' }], Default: 'End' }],
    ['a wait', { Type: 'Wait', SecondsPath: '$.s', End: true }],
    ['a failure', { Type: 'Fail', ErrorPath: '$.e', Cause: 'c' }],
  ])('with %s is read', (_, state) => {
    expect([...parseDefinition({ StartAt: 'One', States: { One: state, End: END } }).states.keys()]).toEqual([
      'One',
      'End',
    ]);
  });

  it.each([
    [
      'a parallel state',
      { Type: 'Parallel', Branches: [], End: true },
      'One: the sandbox does not know the type Parallel',
    ],
    ['a language of its own', { ...INVOKE, QueryLanguage: 'JSONata' }, 'One: the sandbox does not know QueryLanguage'],
    ['variables', { ...INVOKE, Assign: { a: 1 } }, 'One: the sandbox does not know Assign'],
    ['a time-out of a task', { ...INVOKE, TimeoutSeconds: 5 }, 'One: the sandbox does not know TimeoutSeconds'],
    [
      'another service',
      { ...INVOKE, Resource: 'arn:aws:states:::sqs:sendMessage' },
      'One: the sandbox does not know the resource arn:aws:states:::sqs:sendMessage',
    ],
    [
      'a qualifier of a function',
      { ...INVOKE, Parameters: { FunctionName: 'f', Qualifier: '1' } },
      'One: the sandbox does not know Qualifier',
    ],
    [
      'a path with a filter',
      { ...INVOKE, Parameters: { 'Payload.$': '$.a[?(@.b)]' } },
      'One: Parameters: the sandbox does not know Payload.$: "$.a[?(@.b)]"',
    ],
    [
      'another function of the language',
      { ...INVOKE, ResultSelector: { 'a.$': 'States.UUID()' } },
      'One: ResultSelector: the sandbox does not know a.$: "States.UUID()"',
    ],
    [
      'a format with too few values',
      { ...INVOKE, ResultSelector: { 'a.$': "States.Format('{}/{}', $.a)" } },
      `One: ResultSelector: the sandbox does not know a.$: "States.Format('{}/{}', $.a)"`,
    ],
    ['neither a next state nor an end', { ...INVOKE, End: undefined }, 'One: it needs Next or End, and not both'],
    ['both', { ...INVOKE, Next: 'End' }, 'One: it needs Next or End, and not both'],
    ['a state that is not there', { ...INVOKE, End: undefined, Next: 'Two' }, 'Two: there is no such state'],
    [
      'a catcher that leads nowhere',
      { ...INVOKE, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Two' }] },
      'Two: there is no such state',
    ],
    ['a retrier of nothing', { ...INVOKE, Retry: [{ ErrorEquals: [] }] }, 'One: ErrorEquals names no error'],
    [
      'a jitter of its own',
      { ...INVOKE, Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] },
      'One: unknown JitterStrategy "SOME"',
    ],
    ['a wait for ever', { Type: 'Wait', End: true }, 'One: Seconds is missing'],
    ['a wait until a time', { Type: 'Wait', Timestamp: 'x', End: true }, 'One: the sandbox does not know Timestamp'],
    [
      'a test of time',
      { Type: 'Choice', Choices: [{ Variable: '$.a', TimestampEquals: 'x', Next: 'End' }] },
      'One: the sandbox does not know the test TimestampEquals of "x"',
    ],
    [
      'an operand of another type',
      { Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 1, Next: 'End' }] },
      'One: the sandbox does not know the test StringEquals of 1',
    ],
    [
      'a tolerant inline map',
      { ...MAP, ToleratedFailurePercentage: 5 },
      'an inline map has no ToleratedFailurePercentage',
    ],
    [
      'express children',
      {
        ...LARGE_MAP,
        ItemProcessor: { ...WITHIN, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
      },
      'One: the sandbox does not know the type "EXPRESS"',
    ],
    [
      'items in CSV',
      { ...LARGE_MAP, ItemReader: { ...READER, ReaderConfig: { InputType: 'CSV' } } },
      'One: the sandbox does not read items in "CSV"',
    ],
    ['batches of items', { ...LARGE_MAP, ItemBatcher: {} }, 'One: the sandbox does not know ItemBatcher'],
    [
      'something unknown within a map',
      { ...MAP, ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Parallel' } } } },
      'One/A: the sandbox does not know the type Parallel',
    ],
  ])('with %s is refused by name', (_, state, problem) => {
    expect(() => parseDefinition({ StartAt: 'One', States: { One: state, End: END } })).toThrow(problem);
  });

  it('is told everything that is wrong with it at once', () => {
    const States = { One: { Type: 'Parallel' }, Two: { ...INVOKE, HeartbeatSeconds: 1 } };
    expect(() => parseDefinition({ StartAt: 'Zero', States, QueryLanguage: 'JSONata' })).toThrow('QueryLanguage');
    expect(() => parseDefinition({ StartAt: 'Zero', States })).toThrow(
      /One: .*Parallel\n- Two: .*HeartbeatSeconds\n- Zero: there is no such state/,
    );
  });
});
