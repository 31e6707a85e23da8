import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kind } from './create-world.ts';
import { Player } from './player.ts';
import { step } from './steps.ts';

/** At least, for each of the four: `npm run soak` plays a million. */
const STEPS = 5_000;
const LONGEST_RUN = 200;
const RUNS = 70;

describe.each<[string, Kind]>([
  ['a one-way pair', 'one-way'],
  ['a two-way pair', 'two-way'],
  ['two destinations, of which one gets a part', 'forked'],
  ['lifecycle rules at both sides', 'lifecycle'],
])('over any sequence of operations, delays, duplicates, throttles and crashes, %s', (_, kind) => {
  it('has every planted fault found and nothing healthy accused', async () => {
    let played = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: LONGEST_RUN, size: 'max' }), async (steps) => {
        const player = new Player(kind);
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
