import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { CaseBook } from '../../src/ports.ts';
import { aDamage, call, createAlertWorld, storyOf } from '../support/alert-world.ts';

const OBJECTS = 250_000;
const PROCESSES = 8;
/** So fast that it is over after half an hour. */
const PER_MINUTE = 8_400;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const MIB = 1024 * 1024;

/** Remembers numbers and no case, so that what grows is not the test: every object fails once. */
function countingCases(): { readonly cases: CaseBook; readonly writes: () => number; readonly reads: () => number } {
  let [count, writes, reads] = [0, 0, 0];
  return {
    writes: () => writes,
    reads: () => reads,
    cases: {
      async find() {
        reads += 1;
        return undefined;
      },
      about: async () => [],
      async add() {
        writes += 2; // a counter, and the case
        count += 1;
        return true;
      },
      heal: async () => false,
      async tally() {
        reads += 16;
        return { count, healed: 0, some: [] };
      },
      async *list() {
        yield* [];
      },
    },
  };
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
  return process.memoryUsage().heapUsed;
}

it(`takes ${OBJECTS} failing objects for one alert: few notices, two writes each, memory that does not grow`, async () => {
  const world = createAlertWorld();
  const counting = countingCases();
  const desks = Array.from({ length: PROCESSES }, () => world.desk({ cases: counting.cases }));
  const report = async (first: number, last: number): Promise<void> => {
    for (let n = first; n < last; n += 1) {
      await desks[n % PROCESSES]?.open(aDamage(`storm/a+%é～😀/${n}`), call);
      world.now = new Date(world.now.getTime() + MINUTE_MS / PER_MINUTE);
    }
  };
  let heapBefore = 0;
  for (let first = 0; first < OBJECTS; first += PER_MINUTE) {
    await report(first, Math.min(OBJECTS, first + PER_MINUTE));
    await world.sweep({ cases: counting.cases });
    if (first === 0) heapBefore = heapUsed();
  }
  const grownBytes = heapUsed() - heapBefore;
  const stormed = storyOf(world).length;
  const writesOfOthers = world.ledger.writes();
  for (let minute = 30; minute < DAY_MINUTES; minute += 1) {
    world.now = new Date(world.now.getTime() + MINUTE_MS);
    await world.sweep({ cases: counting.cases });
  }

  expect(new Set(world.heard.map(({ data }) => data.fingerprint)).size).toBe(1);
  expect(world.heard.at(-1)?.data).toMatchObject({ count: OBJECTS, state: 'opened' });
  expect([stormed, storyOf(world).length].every((notices) => notices <= 12)).toBe(true);
  expect(world.heard.every(({ data }) => data.examples.length <= 10)).toBe(true);
  expect(counting.writes()).toBe(2 * OBJECTS);
  expect(counting.reads()).toBeLessThan(1.05 * OBJECTS); // each case is looked for once
  expect(writesOfOthers).toBeLessThan(0.02 * OBJECTS); // the outbox, every few seconds and process, and the state
  expect(grownBytes).toBeLessThan(8 * MIB);
});
