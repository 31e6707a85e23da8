import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { KINDS } from '../test/simulation/create-world.ts';
import { Player } from '../test/simulation/player.ts';
import { playOne, steps as routingSteps } from '../test/simulation/routing-steps.ts';
import { KINDS as ROUTING_KINDS } from '../test/simulation/routing-world.ts';
import { step } from '../test/simulation/steps.ts';
import { progress } from './stacks.ts';

const LONGEST_RUN = 500;

/** Plays one history, and answers how many steps it had; throws with the smallest that shows the same where anything is wrong. */
type Play = (seed: number) => Promise<number>;

/** Replication: what is missed, and what is wrongly accused. */
const playReplication: Play = async (seed) => {
  let played = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...KINDS),
      fc.array(step, { minLength: 1, maxLength: LONGEST_RUN, size: 'max' }),
      async (...given) => {
        const [kind, steps] = given;
        const player = new Player(kind);
        for (const each of steps) await player.play(each);
        await player.finish();
        played += steps.length;
        const { falseAlarms, misses } = player.verdict();
        if (falseAlarms.length + misses.length > 0) throw new Error(JSON.stringify({ falseAlarms, misses }, null, 2));
      },
    ),
    { seed, numRuns: 1 },
  );
  return played;
};

/** Routing: what must never happen, and what must. */
const playRouting: Play = (seed) => {
  let played = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...ROUTING_KINDS),
      fc.commands([...routingSteps], { maxCommands: LONGEST_RUN, size: 'max' }),
      (kind, commands) => {
        const { violations } = playOne(kind, commands);
        played += [...commands].length;
        if (violations.length > 0) throw new Error(violations.join('\n'));
      },
    ),
    { seed, numRuns: 1 },
  );
  return Promise.resolve(played);
};

const SIMULATIONS: Readonly<Record<string, Play>> = { replication: playReplication, routing: playRouting };

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    /** One of the simulations alone. */
    only: { type: 'string' },
  },
});
const wanted = Number(options.steps);
const firstSeed = Number(options.seed ?? Date.now() % 1_000_000_000);
const chosen = Object.entries(SIMULATIONS).filter(([name]) => options.only === undefined || name === options.only);
if (chosen.length === 0) throw new Error(`--only is one of ${Object.keys(SIMULATIONS).join(', ')}`);

for (const [name, play] of chosen) {
  progress(`${name}: ${wanted} steps from seed ${firstSeed}; repeat with --only ${name} --seed ${firstSeed}`);
  let played = 0;
  let told = 0;
  for (let seed = firstSeed; played < wanted; seed += 1) {
    played += await play(seed);
    if (played - told >= 10_000) progress(`${name}: ${(told = played)} steps`);
  }
  process.stdout.write(`${name}: ${played} steps, nothing went wrong\n`);
}
