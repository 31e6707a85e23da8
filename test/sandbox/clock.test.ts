import { describe, expect, it } from 'vitest';

import { createClock, type MovableClock } from '../../src/sandbox/clock.ts';

const START = Date.UTC(2026, 10, 21);

/** A clock whose machine stands still, so that only `advance` moves time. */
function standing(failed?: (error: unknown) => void): MovableClock {
  return createClock(() => START, failed);
}

describe('the clock', () => {
  it('runs each task at its own time and in its order', async () => {
    const clock = standing();
    const ran: [string, number][] = [];
    const note = (name: string) => () => void ran.push([name, clock.now() - START]);
    for (const [delayMs, name] of [
      [300, 'c'],
      [100, 'a'],
      [200, 'b'],
      [100, 'a2'],
      [5000, 'late'],
    ] as const) {
      clock.schedule(delayMs, note(name));
    }
    await clock.advance(1000);
    expect(ran).toEqual([
      ['a', 100],
      ['a2', 100],
      ['b', 200],
      ['c', 300],
    ]);
    expect(clock.now()).toBe(START + 1000);
    expect(clock.offsetMs[0]).toBe(1000);
  });

  it('runs what a task schedules within the time that is skipped', async () => {
    const clock = standing();
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.now() - START);
      clock.schedule(100, again);
    };
    clock.schedule(100, again);
    await clock.advance(350);
    expect(ran).toEqual([100, 200, 300]);
  });

  it('forgets a cancelled task', async () => {
    const clock = standing();
    const ran: string[] = [];
    clock.schedule(10, () => void ran.push('kept'));
    clock.schedule(5, () => void ran.push('cancelled')).cancel();
    await clock.advance(20);
    expect(ran).toEqual(['kept']);
  });

  it('goes on after a task that throws or rejects, and tells somebody', async () => {
    const failures: string[] = [];
    const clock = standing((error) => failures.push((error as Error).message));
    const ran: string[] = [];
    clock.schedule(1, () => {
      throw new Error('thrown');
    });
    clock.schedule(2, () => Promise.reject(new Error('rejected')));
    clock.schedule(3, () => void ran.push('after'));
    await clock.advance(10);
    expect(ran).toEqual(['after']);
    expect(failures).toEqual(['thrown', 'rejected']);
  });

  it('moves by itself as the machine does', async () => {
    const clock = createClock();
    const startedAt = clock.now();
    await new Promise<void>((resolve) => void clock.schedule(20, resolve));
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(19);
    clock.close();
  });
});
