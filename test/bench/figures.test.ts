import { describe, expect, it } from 'vitest';
import { formatFigures, formatSize, inTurn, pick } from '../../bench/figures.ts';
import { ratioOf } from '../../bench/rounds.ts';

describe('inTurn', () => {
  it('takes both in turn and leaves out the rounds before the first', async () => {
    const order: string[] = [];
    let call = 0;
    const measure = (name: string) => async (): Promise<number> => {
      order.push(name);
      return (call += 1);
    };
    const pairs = await inTurn({ rounds: 2, warmUps: 1 }, { ours: measure('ours'), peer: measure('peer') });
    expect(order).toEqual(['ours', 'peer', 'ours', 'peer', 'ours', 'peer']);
    expect(pairs).toEqual({ ours: [3, 5], peer: [4, 6] });
  });
});

describe('figures', () => {
  it('compares within a round, so that one slow round of both does not matter', () => {
    const runs = { ours: [{ ms: 1 }, { ms: 10 }, { ms: 1 }], peer: [{ ms: 2 }, { ms: 20 }, { ms: 2 }] };
    expect(ratioOf(pick(runs, ({ ms }) => ms))).toBe(0.5);
  });

  it('shows the median with the least and the most', () => {
    expect(formatFigures([3, 1, 2], 'ms', 1)).toBe('2.0 [1.0–3.0] ms');
  });

  it.each([
    [4096, '4 KiB'],
    [64 * 1024 ** 2, '64 MiB'],
    [1024 ** 3, '1 GiB'],
    [2048 * 1024 ** 3, '2048 GiB'],
    [1500, '1500 B'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
