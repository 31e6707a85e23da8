import { describe, expect, it } from 'vitest';
import { cases } from './cases/index.ts';
import type { Cases, RunningServer, Server } from './contract.ts';
import { optOutProblems, runContract } from './run-contract.ts';
import { createMoto } from './servers/moto.ts';

const promises: Cases = {
  'it answers': async () => {},
  'it keeps order': async () => {
    throw new Error('it does not');
  },
  'it is fast': async () => {},
  'it is safe': async () => {},
};

const serverWith = (optOuts: Server['optOuts']): Server => ({
  name: 'some server',
  optOuts,
  start: async () => running,
});

const running: RunningServer = {
  endpoint: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  account: '123456789012',
  regions: ['eu-west-1', 'us-west-2'],
  plantFault: async () => {},
  close: async () => {},
};

describe('a run of the contract', () => {
  it.each([
    ['a promise that is broken fails', {}, ['passed', 'failed', 'passed', 'passed']],
    [
      'a promise that is broken and opted out of does not fail',
      { 'it keeps order': 'it has none' },
      ['passed', 'opted-out', 'passed', 'passed'],
    ],
    [
      'a promise that is kept and opted out of is told',
      { 'it is fast': 'it was slow once' },
      ['passed', 'failed', 'unexpected-pass', 'passed'],
    ],
  ])('%s', async (_, optOuts, expected) => {
    const results = await runContract(serverWith(optOuts), running, promises);
    expect(results.map(({ outcome }) => outcome)).toEqual(expected);
    expect(results.map(({ name }) => name)).toEqual(Object.keys(promises));
  });
});

describe('a list of opt-outs', () => {
  it.each([
    ['may be empty', {}, []],
    ['may have a quarter of the cases', { 'it answers': 'never' }, []],
    [
      'may not have half of the cases',
      { 'it answers': 'never', 'it is fast': 'slow' },
      ['some server opts out of 2 cases, more than 30 %'],
    ],
    ['may not name what is no case', { 'it sings': 'hoarse' }, ['some server opts out of an unknown case: it sings']],
    ['may not lack a reason', { 'it answers': ' ' }, ['some server gives no reason for: it answers']],
  ])('%s', (_, optOuts, expected) => {
    expect(optOutProblems(serverWith(optOuts), promises)).toEqual(expected);
  });

  it('of moto is within the limit', () => {
    expect(optOutProblems(createMoto('moto_server'), cases)).toEqual([]);
  });
});
