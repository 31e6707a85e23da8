import { describe, expect, it } from 'vitest';
import type { PlannedFault } from '../../demo/demo-object.ts';
import { STORM_OBJECTS, stormKey } from '../../demo/kms-storm.ts';
import { replicaScenes } from '../../demo/replica-scenes.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { demoStacks, type Line, linesOf, startShow } from './show.ts';

const LIMIT = { timeout: 600_000 };

/** Drawn anew for every run; `DEMO_SEED` repeats one. */
const SEED = Number(process.env['DEMO_SEED'] ?? process.hrtime.bigint() % 1_000_000n);

/** Longer than the act lasts, in time of the sandbox: what arrives in it after all is healthy. */
const DAY_MS = 86_400_000;

describe('the act about replication with a fault that it does not know of', () => {
  it(`on the replica of a healthy version ends with 1 and names that version alone (seed ${SEED})`, LIMIT, async () => {
    const args = ['--stacks', await demoStacks(), '--only', 'replication', '--patience', '20', '--seed', '7'];
    const show = startShow(args);
    const { url } = (await show.line('started')) as Line & { readonly url: string };
    const fault = drawFault(createRandom(SEED));
    process.stdout.write(`seed ${SEED}: ${JSON.stringify(fault)}\n`);
    // Objects of the storm come last, so that this is in time.
    const planted = await fetch(`${url}/_holdfast/faults`, { method: 'POST', body: JSON.stringify(fault) });
    expect(planted.status).toBe(201);
    const ended = await show.ended;
    const accused = new Set(linesOf(ended, 'wrong').map(({ key }) => key));
    const passed = linesOf(ended, 'summary').map((summary) => summary['passed']);
    expect({ fault, code: ended.code, passed, accused }).toEqual({
      fault,
      code: 1,
      passed: [false],
      accused: new Set([fault.key]),
    });
  });
});

/** One of the faults of the act's own scenes, on an object that the act believes to be healthy. */
function drawFault(random: () => number): PlannedFault & { readonly key: string } {
  const faults = replicaScenes(random).flatMap(({ fault }) => fault ?? []);
  const fault = faults[Math.floor(random() * faults.length)];
  if (fault === undefined) throw new Error('expected a scene with a fault, found none');
  const key = stormKey(1 + Math.floor(random() * STORM_OBJECTS));
  if (fault.kind === 'delay-replication') return { ...fault, delayMs: DAY_MS, key };
  return fault.kind === 'flip' ? { ...fault, offset: 0, key } : { ...fault, key };
}
