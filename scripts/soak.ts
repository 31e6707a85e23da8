import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { KINDS } from '../test/simulation/create-world.ts';
import { Player } from '../test/simulation/player.ts';
import { step } from '../test/simulation/steps.ts';
import { progress } from './stacks.ts';

const LONGEST_RUN = 500;

const { values: options } = parseArgs({
  options: { steps: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
});
const wanted = Number(options.steps);
const firstSeed = Number(options.seed ?? Date.now() % 1_000_000_000);
let played = 0;

/** One history; throws with the smallest that shows the same where something is missed or wrongly accused. */
async function playOne(seed: number): Promise<void> {
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
}

progress(`${wanted} steps from seed ${firstSeed}; repeat with --seed ${firstSeed}`);
let told = 0;
for (let seed = firstSeed; played < wanted; seed += 1) {
  await playOne(seed);
  if (played - told >= 10_000) progress(`${(told = played)} steps`);
}
process.stdout.write(`${played} steps: nothing healthy accused, nothing missed\n`);
