import { describe, expect, it } from 'vitest';
import { inRounds } from '../../src/act/in-rounds.ts';
import { systemPause } from '../../src/adapters/aws/system-clock.ts';

/** Time that only waiting and working let pass, in milliseconds. */
function aClock() {
  let now = 0;
  return {
    clock: { now: () => new Date(now) },
    pause: { wait: async (ms: number) => void (now += Math.max(0, ms)) },
    pass: (ms: number) => (now += ms),
  };
}

const call = { signal: new AbortController().signal };

describe('rounds', () => {
  it.each([
    ['are on time', [], [0, 10_000, 20_000, 30_000]],
    ['are not shifted by one that takes long', [4_000], [0, 10_000, 20_000, 30_000]],
    ['are left out where one takes longer than that', [21_000], [0, 30_000]],
    ['end with a clock that jumps', [90_000], [0]],
  ])('%s', async (_, takes, expected) => {
    const { clock, pause, pass } = aClock();
    const begun: number[] = [];
    const left = [...takes];
    const round = async (): Promise<void> => {
      begun.push(clock.now().getTime());
      pass(left.shift() ?? 0);
    };
    await inRounds(round, { clock, pause, everyMs: 10_000, rounds: 4, call });
    expect(begun).toEqual(expected);
  });

  it('go on after one that fails, and tell the last error in the end', async () => {
    let count = 0;
    const round = async (): Promise<void> => {
      count += 1;
      if (count < 3) throw new Error(`round ${count}`);
    };
    await expect(inRounds(round, { ...aClock(), everyMs: 10, rounds: 4, call })).rejects.toThrow('round 2');
    expect(count).toBe(4);
  });

  it('end when the call is given up', async () => {
    const controller = new AbortController();
    let count = 0;
    const round = async (): Promise<void> => {
      count += 1;
      controller.abort();
    };
    await inRounds(round, { ...aClock(), everyMs: 10, rounds: 4, call: controller });
    expect(count).toBe(1);
  });
});

describe('a pause', () => {
  it('ends early, without an error, when the call is given up', async () => {
    const controller = new AbortController();
    const waiting = systemPause.wait(60_000, controller);
    controller.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(systemPause.wait(60_000, controller)).resolves.toBeUndefined();
    await expect(systemPause.wait(0, call)).resolves.toBeUndefined();
  });
});
