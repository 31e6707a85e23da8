import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { playOne, steps } from './routing-steps.ts';
import { KINDS } from './routing-world.ts';

/** At least, for each kind, and always the same: `npm run soak` plays a million others. */
const STEPS = 5_000;
const LONGEST_RUN = 250;
const RUNS = 47;
const SEED = 20_261_102;

describe.each(KINDS)('over any sequence of outages, partitions, clocks and people, %s', (kind) => {
  it('never leaves the traffic without a Region, flaps, or moves it without proof', () => {
    let [played, switched] = [0, 0];
    fc.assert(
      fc.property(fc.commands([...steps], { maxCommands: LONGEST_RUN, size: 'max' }), (commands) => {
        const world = playOne(kind, commands);
        played += [...commands].length;
        switched += world.decisions.switch;
        expect(world.violations).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(played).toBeGreaterThanOrEqual(STEPS);
    expect(switched > 0).toBe(kind !== 'advise');
  });
});
