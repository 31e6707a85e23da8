import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steps } from './routing-steps.ts';
import { KINDS, RoutingWorld } from './routing-world.ts';

/** At least, for each kind: `npm run soak` plays a million. */
const STEPS = 5_000;
const LONGEST_RUN = 250;

describe.each(KINDS)('over any sequence of outages, partitions, clocks and people, %s', (kind) => {
  it('never leaves the traffic without a Region, flaps, or moves it without proof', () => {
    let played = 0;
    let switched = 0;
    for (let seed = 1; played < STEPS; seed += 1) {
      fc.assert(
        fc.property(fc.commands([...steps], { maxCommands: LONGEST_RUN, size: 'max' }), (commands) => {
          const world = new RoutingWorld(kind);
          fc.modelRun(() => ({ model: {}, real: world }), commands);
          played += [...commands].length;
          switched += world.decisions.switch;
          // Whatever has happened: when all is well for a day, the next outage is answered.
          world.heal();
          const before = world.changes.length;
          const active = world.routes.find(({ dial }) => dial > 0)?.region ?? '';
          world.set(active, 'whole');
          world.rounds(world.mrap.failover.confirmations + 2);
          expect(world.violations).toEqual([]);
          expect(world.changes.length - before).toBe(kind === 'advise' ? 0 : 1);
        }),
        { seed, numRuns: 10 },
      );
    }
    expect(switched > 0).toBe(kind !== 'advise');
  });
});
