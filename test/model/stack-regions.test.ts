import { expect, it } from 'vitest';
import { type Config, stackRegions, steeringRegionOf } from '../../src/model/config.ts';
import { anMrap, EAST, WEST, WITNESS } from '../support/routing.ts';
import { createSteeringWorld } from '../support/steering-world.ts';

const { pairs } = createSteeringWorld().config;
const alone = pairs.map((pair) => ({ ...pair, destinations: [] }));
const { witness: _witness, ...unwatched } = anMrap();

it.each([
  ['without a bucket', { pairs: [], mraps: [anMrap()] }, undefined, []],
  ['with a bucket alone', { pairs: alone, mraps: [] }, EAST, [EAST]],
  ['with a pair', { pairs, mraps: [] }, WEST, [WEST, EAST]],
  ['with an access point without witness', { pairs, mraps: [{ ...unwatched, observers: [EAST] }] }, WEST, [WEST, EAST]],
  ['with a witness', { pairs, mraps: [unwatched, anMrap()] }, WITNESS, [WITNESS, WEST, EAST]],
  ['with a witness that does not observe', { pairs, mraps: [anMrap({ mode: 'off' })] }, WITNESS, [WITNESS, WEST, EAST]],
] satisfies readonly (readonly [string, Pick<Config, 'pairs' | 'mraps'>, string | undefined, readonly string[]])[])(
  'the steering ledger and the stacks of a configuration %s',
  (_, config, steering, stacks) => {
    expect(steeringRegionOf(config)).toBe(steering);
    expect(stackRegions(config)).toEqual(stacks);
  },
);
