import { describe, expect, it } from 'vitest';
import type { Arrivals, WaitingVersion } from '../../src/audit/await-arrivals.ts';
import { formatDuration } from '../../src/cli/duration-option.ts';
import { createWaitProgress } from '../../src/cli/wait-progress.ts';

describe('the progress of waiting', () => {
  it('says the rate of the listing, and then how long the rest will take', () => {
    let nowMs = 0;
    let left = 400;
    let isListed = false;
    let written = '';
    const waiting = (): ReadonlyMap<string, WaitingVersion> =>
      new Map(Array.from({ length: left }, (_, index) => [String(index), {} as WaitingVersion]));
    const arrivals: Pick<Arrivals, 'listed' | 'isListed' | 'waiting'> = {
      listed: () => 50_000,
      isListed: () => isListed,
      waiting,
    };
    const stderr = { isTerminal: false, write: (text: string) => void (written += text) };
    const progress = createWaitProgress(stderr, { now: () => new Date(nowMs) }, [arrivals as Arrivals]);
    progress.step();
    expect(written).toBe('');
    nowMs = 10_000;
    progress.step();
    isListed = true;
    nowMs = 20_000;
    progress.step();
    left = 300;
    nowMs = 40_000;
    progress.step();
    progress.end();
    expect(written.split('\n')).toEqual([
      '50,000 versions listed, 5,000/s; 400 waited for',
      'waiting for 400 versions, 0.0/s',
      'waiting for 300 versions, 5.0/s, about 1m to go',
      '',
    ]);
  });
});

describe('a duration for people', () => {
  it.each([
    [0, '0s'],
    [499, '0s'],
    [1_000, '1s'],
    [60_000, '1m'],
    [125_000, '2m 5s'],
    [3_605_000, '1h'],
    [3_900_000, '1h 5m'],
    [90_000_000, '1d 1h'],
    [-5, '0s'],
  ])('of %d ms is %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });
});
