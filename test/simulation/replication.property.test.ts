import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Player } from './player.ts';
import { step } from './steps.ts';

/** At least, for each of the two: `npm run soak` plays a million. */
const STEPS = 10_000;
const LONGEST_RUN = 200;
const RUNS = 130;

describe.each([
  ['a one-way pair', false],
  ['a two-way pair', true],
])('over any sequence of operations, delays, duplicates, throttles and crashes, %s', (_, twoWay) => {
  it('has every planted fault found and nothing healthy accused', async () => {
    let played = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: LONGEST_RUN, size: 'max' }), async (steps) => {
        const player = new Player(twoWay);
        for (const each of steps) await player.play(each);
        await player.finish();
        played += steps.length;
        expect(player.verdict()).toEqual({ falseAlarms: [], misses: [] });
        expect(player.world.poison).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(played).toBeGreaterThanOrEqual(STEPS);
  });
});
