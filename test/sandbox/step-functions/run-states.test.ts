import { describe, expect, it } from 'vitest';

import { StateFailure } from '../../../src/sandbox/step-functions/state-failure.ts';
import { failureOf, fakeMeans, play, START } from './fake-means.ts';

const END = { Type: 'Succeed' };
const task = (more: object = {}): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'f', 'Payload.$': '$' },
  End: true,
  ...more,
});

/** A function that fails with these errors, one after the other, and then succeeds. */
function failing(...errors: readonly string[]): (payload: unknown) => unknown {
  const left = [...errors];
  return (payload) => {
    const error = left.shift();
    if (error !== undefined) throw new StateFailure(error, 'for the test');
    return payload;
  };
}

describe('data', () => {
  it('goes through paths, templates and selectors in the order of the language', async () => {
    const One = task({
      InputPath: '$.inner',
      Parameters: {
        FunctionName: 'f',
        Payload: { 'name.$': '$.name', 'run.$': '$$.Execution.Name', 'at.$': '$$.Execution.StartTime', fixed: [1] },
      },
      ResultSelector: { 'said.$': '$.Payload', 'status.$': '$.StatusCode' },
      ResultPath: '$.result',
      OutputPath: '$.result',
    });
    const means = fakeMeans({ f: (payload) => payload });
    expect(await play({ One }, { inner: { name: 'x' } }, means)).toEqual({
      said: { name: 'x', run: 'one', at: START, fixed: [1] },
      status: 200,
    });
  });

  it.each([
    ['replaces the input', undefined, 7],
    ['is put beside the input, whatever its path went through', '$.a.b', { a: { b: 7, c: 1 }, d: 2 }],
    ['is thrown away', null, { a: { c: 1 }, d: 2 }],
  ])('of a result %s', async (_, ResultPath, expected) => {
    const path = ResultPath === undefined ? {} : { ResultPath };
    const One = { Type: 'Pass', Result: 7, InputPath: '$.a', End: true, ...path };
    expect(await play({ One }, { a: { c: 1 }, d: 2 })).toEqual(expected);
  });

  it('is nothing where a path is null', async () => {
    expect(await play({ One: { Type: 'Pass', InputPath: null, End: true } }, 5)).toEqual({});
  });

  it('is put into texts', async () => {
    const Parameters = { 'a.$': "States.Format('x/{}/{}', $.name, $.list[1])" };
    expect(await play({ One: { Type: 'Pass', Parameters, End: true } }, { name: 'n', list: [1, 2] })).toEqual({
      a: 'x/n/2',
    });
  });

  it('that is not there ends the execution, whoever catches everything', async () => {
    const One = task({
      Parameters: { FunctionName: 'f', 'Payload.$': '$.no' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }],
    });
    expect(await failureOf(play({ One, End: END }, {}))).toBe('States.Runtime: the path $.no finds nothing in {}');
  });

  it('of more than 256 KiB is not passed on', async () => {
    const means = fakeMeans({ f: () => 'x'.repeat(256 * 1024) });
    expect(await failureOf(play({ One: task() }, {}, means))).toMatch(/^States.DataLimitExceeded: 2622\d\d bytes/);
  });
});

describe('a choice', () => {
  it.each([
    [{ Variable: '$.a', StringEquals: 'x' }, { a: 'x' }, 'taken'],
    [{ Variable: '$.a', StringEquals: 'x' }, { a: 'y' }, 'not taken'],
    [{ Variable: '$.a', BooleanEquals: true }, { a: true }, 'taken'],
    [{ Variable: '$.a', NumericEquals: 1 }, { a: 1 }, 'taken'],
    [{ Variable: '$.a', NumericLessThan: 3 }, { a: 3 }, 'not taken'],
    [{ Variable: '$.a', NumericLessThanEquals: 3 }, { a: 3 }, 'taken'],
    [{ Variable: '$.a', NumericGreaterThan: 3 }, { a: '4' }, 'not taken'],
    [{ Variable: '$.a', NumericGreaterThanEquals: 3 }, { a: 3 }, 'taken'],
    [{ Variable: '$.a', IsPresent: true }, {}, 'not taken'],
    [{ Variable: '$.a', IsPresent: false }, {}, 'taken'],
    [{ Not: { Variable: '$.a', IsPresent: true } }, {}, 'taken'],
    [
      {
        And: [
          { Variable: '$.a', IsPresent: true },
          { Variable: '$.a', NumericEquals: 1 },
        ],
      },
      { a: 2 },
      'not taken',
    ],
    [
      {
        Or: [
          { Variable: '$.a', NumericEquals: 1 },
          { Variable: '$.a', NumericEquals: 2 },
        ],
      },
      { a: 2 },
      'taken',
    ],
  ])('%j for %j is %s', async (rule, input, expected) => {
    const states = {
      One: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
      Yes: { Type: 'Pass', Result: 'taken', End: true },
      No: { Type: 'Pass', Result: 'not taken', End: true },
    };
    expect(await play(states, input)).toBe(expected);
  });

  it.each([
    ['without a default that fits nothing', { a: 'y' }, 'States.NoChoiceMatched: no choice fits {"a":"y"}'],
    ['about what is not there', {}, 'States.Runtime: the variable $.a of a choice finds nothing'],
  ])('%s fails', async (_, input, failure) => {
    const One = { Type: 'Choice', Choices: [{ Variable: '$.a', StringEquals: 'x', Next: 'End' }] };
    expect(await failureOf(play({ One, End: END }, input))).toBe(failure);
  });
});

describe('time', () => {
  it.each([
    ['a number', { Seconds: 60 }, 60_000],
    ['a path', { SecondsPath: '$.s' }, 5000],
  ])('passes by %s', async (_, wait, ms) => {
    const means = fakeMeans();
    await play({ One: { Type: 'Wait', ...wait, End: true } }, { s: 5 }, means);
    expect(means.waits).toEqual([ms]);
  });
});

describe('a failure', () => {
  it('is said by a state', async () => {
    const One = { Type: 'Fail', Error: 'Audit.Failed', CausePath: '$.why' };
    expect(await failureOf(play({ One }, { why: 'because' }))).toBe('Audit.Failed: because');
  });

  it('is tried again after growing waits, each retrier by its own count', async () => {
    const means = fakeMeans({ f: failing('A', 'B', 'A', 'A') });
    const Retry = [
      { ErrorEquals: ['A'], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 3, MaxDelaySeconds: 10 },
      { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 8, JitterStrategy: 'FULL' },
    ];
    expect(await play({ One: task({ Retry, OutputPath: '$.Payload' }) }, 'x', means)).toBe('x');
    expect(means.waits).toEqual([2000, 4000, 6000, 10_000]);
  });

  it('is tried again after whole milliseconds, whatever chance says', async () => {
    const means = fakeMeans({ f: failing('A') });
    const Retry = [{ ErrorEquals: ['A'], IntervalSeconds: 0.003, JitterStrategy: 'FULL' }];
    await play({ One: task({ Retry }) }, {}, means);
    expect(means.waits).toEqual([2]);
  });

  it('is counted where the function asks how often', async () => {
    const seen: unknown[] = [];
    const means = fakeMeans({
      f: (payload) => {
        seen.push(payload);
        return failing(...(seen.length < 3 ? ['A'] : []))(payload);
      },
    });
    const Parameters = { FunctionName: 'f', 'Payload.$': '$$.State.RetryCount' };
    await play({ One: task({ Parameters, Retry: [{ ErrorEquals: ['A'] }] }) }, {}, means);
    expect(seen).toEqual([0, 1, 2]);
  });

  it.each([
    ['that is named', ['A'], 'A', 'caught'],
    ['of a task', ['States.TaskFailed'], 'A', 'caught'],
    ['of any kind', ['States.ALL'], 'A', 'caught'],
    ['of time, which is none of a task', ['States.TaskFailed'], 'States.Timeout', 'States.Timeout'],
    ['of time among all', ['States.ALL'], 'States.Timeout', 'caught'],
    ['of another name', ['B'], 'A', 'A'],
    ['of a definition, which nobody catches', ['States.ALL'], 'States.Runtime', 'States.Runtime'],
  ])('%s is handed on', async (_, ErrorEquals, error, expected) => {
    const means = fakeMeans({ f: failing(error) });
    const One = task({ Catch: [{ ErrorEquals, Next: 'Two', ResultPath: '$.failure' }] });
    const Two = { Type: 'Pass', End: true };
    const said = await failureOf(play({ One, Two }, { kept: 1 }, means));
    expect(said).toBe(
      expected === 'caught'
        ? `it succeeded with {"kept":1,"failure":{"Error":"${error}","Cause":"for the test"}}`
        : `${expected}: for the test`,
    );
  });

  it('is caught after the last attempt', async () => {
    const means = fakeMeans({ f: failing('A', 'A', 'A') });
    const Catch = [{ ErrorEquals: ['A'], Next: 'End', ResultPath: null }];
    const One = task({ Retry: [{ ErrorEquals: ['A'], MaxAttempts: 2 }], Catch });
    expect(await play({ One, End: END }, 1, means)).toBe(1);
    expect(means.waits).toEqual([1000, 2000]);
  });
});
