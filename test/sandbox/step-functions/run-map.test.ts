import { describe, expect, it } from 'vitest';

import { StateFailure } from '../../../src/sandbox/step-functions/state-failure.ts';
import { failureOf, fakeMeans, play, START, type FakeMeans } from './fake-means.ts';

const WORK = {
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'work', 'Payload.$': '$' },
      OutputPath: '$.Payload',
      End: true,
    },
  },
};

const SELECTOR = { 'run.$': '$.run', 'value.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' };

const inline = (more: object = {}): object => ({
  Type: 'Map',
  ItemsPath: '$.items',
  ItemSelector: SELECTOR,
  ItemProcessor: WORK,
  End: true,
  ...more,
});

const distributed = (more: object = {}): object => ({
  Type: 'Map',
  Label: 'All',
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { 'Bucket.$': '$.bucket', Key: 'items.json' },
  },
  ItemSelector: SELECTOR,
  ItemProcessor: { ...WORK, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
  End: true,
  ...more,
});

const WRITER = {
  Resource: 'arn:aws:states:::s3:putObject',
  Parameters: { 'Bucket.$': '$.bucket', Prefix: 'map' },
};

const INPUT = { run: 'r', bucket: 'reports', items: ['a', 'b', 'c'] };

/** Works, but at one value. */
function meansFailingAt(value?: string): FakeMeans {
  const means = fakeMeans({
    work: (payload) => {
      if (JSON.stringify(payload).includes(`"value":"${value}"`)) throw new StateFailure('Broken', 'for the test');
      return payload;
    },
  });
  means.objects.set('reports/items.json', JSON.stringify(INPUT.items));
  return means;
}

const EXPECTED = INPUT.items.map((value, index) => ({ run: 'r', value, index }));

describe('a map', () => {
  it.each([
    ['inline', inline()],
    ['distributed', distributed()],
  ])('%s does its states for every item, and gives the results in their order', async (_, One) => {
    expect(await play({ One }, INPUT, meansFailingAt())).toEqual(EXPECTED);
  });

  it.each([
    ['as many at once as it says', { MaxConcurrency: 2 }, 2],
    ['as many as its data say', { MaxConcurrencyPath: '$.most' }, 1],
    ['all at once where nothing is said', {}, 3],
  ])('does %s', async (_, most, expected) => {
    const means = meansFailingAt();
    await play({ One: distributed(most) }, { ...INPUT, most: 1 }, means);
    expect(means.mostAtOnce()).toBe(expected);
  });

  it('inline ends with the first item that fails', async () => {
    expect(await failureOf(play({ One: inline() }, INPUT, meansFailingAt('b')))).toBe('Broken: for the test');
  });

  it('of nothing has no results', async () => {
    expect(await play({ One: inline() }, { ...INPUT, items: [] })).toEqual([]);
  });

  it('over what is no list fails', async () => {
    const failure = await failureOf(play({ One: inline() }, { ...INPUT, items: {} }));
    expect(failure).toBe('States.Runtime: the items of a map are no list');
  });
});

describe('a distributed map', () => {
  it.each([
    [0, 'States.ExceedToleratedFailureThreshold: 1 of 3 items failed'],
    [33, 'States.ExceedToleratedFailureThreshold: 1 of 3 items failed'],
    [34, 'it succeeded'],
    [100, 'it succeeded'],
  ])('with one of three items failed, and %i % tolerated, ends with: %s', async (ToleratedFailurePercentage, said) => {
    const One = distributed({ ToleratedFailurePercentage });
    expect(await failureOf(play({ One }, INPUT, meansFailingAt('b')))).toContain(said);
  });

  it('writes what became of each item', async () => {
    const means = meansFailingAt('b');
    const One = distributed({ ToleratedFailurePercentage: 100, ResultWriter: WRITER });
    const output = await play({ One }, INPUT, means);
    const MapRunArn = 'arn:aws:states:eu-west-1:111122223333:mapRun:audit/All:id-1';
    expect(output).toEqual({
      MapRunArn,
      ResultWriterDetails: { Bucket: 'reports', Key: 'map/id-1/manifest.json' },
    });
    const read = (key: string): unknown =>
      JSON.parse(means.objects.get(`reports/map/id-1/${key}`) ?? 'null') as unknown;
    expect(read('manifest.json')).toMatchObject({
      MapRunArn,
      ResultFiles: {
        FAILED: [{ Key: 'map/id-1/FAILED_0.json' }],
        PENDING: [],
        SUCCEEDED: [{ Key: 'map/id-1/SUCCEEDED_0.json' }],
      },
    });
    expect(read('FAILED_0.json')).toMatchObject([
      { Name: 'id-3', Status: 'FAILED', Error: 'Broken', Cause: 'for the test', StartDate: START },
    ]);
    expect(read('SUCCEEDED_0.json')).toMatchObject([
      { Output: JSON.stringify(EXPECTED[0]), ExecutionArn: expect.stringMatching(/:execution:audit\/All:id-2$/) },
      { Output: JSON.stringify(EXPECTED[2]) },
    ]);
  });

  it.each([
    ['there is no list of items', undefined, 'States.ItemReaderFailed: there is no items.json'],
    ['the list is no JSON', 'a,b', 'States.ItemReaderFailed: items.json is no JSON'],
    ['the list is an object', '{}', 'States.ItemReaderFailed: the items of a map are no list'],
  ])('fails where %s', async (_, text, failure) => {
    const means = fakeMeans();
    if (text !== undefined) means.objects.set('reports/items.json', text);
    expect(await failureOf(play({ One: distributed() }, INPUT, means))).toBe(failure);
  });

  it('fails where the role may start no executions', async () => {
    const means = fakeMeans({}, false);
    means.objects.set('reports/items.json', '[]');
    expect(await failureOf(play({ One: distributed() }, INPUT, means))).toBe('States.Permissions: it may not');
  });
});
