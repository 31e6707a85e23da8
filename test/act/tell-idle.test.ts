import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../src/errors.ts';
import type { Peers } from '../../src/ports.ts';
import { tellIdle } from '../../src/act/tell-idle.ts';
import { aBudget } from '../support/deliver.ts';
import { createFakeWorld } from '../support/fake-ports.ts';
import { createFollowedWorld } from '../support/followed.ts';
import { MINUTE_MS } from '../support/pairs.ts';

const LINK = 'photos/photos/photos-copy';
const { config } = createFollowedWorld();
const call = aBudget();

function island(lanes: boolean | HoldfastError = true) {
  const world = createFakeWorld();
  const areEmpty = async (): Promise<boolean> => {
    if (lanes instanceof HoldfastError) throw lanes;
    return lanes;
  };
  return { world, ports: { ...world.ports, region: 'eu-west-1', lanes: { areEmpty } } };
}

describe('the stacks of the destinations', () => {
  it('are told up to when nothing waited for a look', async () => {
    const { world, ports } = island();
    expect(await tellIdle(ports, config, call)).toEqual([LINK]);
    const [first = 0] = config.pairs.flatMap(({ lookAfterMs }) => lookAfterMs);
    const eventAt = new Date(world.now.getTime() - first - MINUTE_MS);
    expect(world.told).toMatchObject([{ message: { kind: 'progress', link: LINK, eventAt, idle: true } }]);
  });

  it.each([
    ['while something waits', island(false), config],
    ['by a stack in whose Region no link begins', { ...island(), region: 'us-east-1' }, config],
    [
      'of links whose versions are not all followed',
      island(),
      { pairs: config.pairs.map((pair) => ({ ...pair, followUp: 'sampled' as const })) },
    ],
  ])('hear nothing %s', async (_, { world, ports, ...changes }, pairs) => {
    expect(await tellIdle({ ...ports, ...changes }, pairs, call)).toEqual([]);
    expect(world.told).toEqual([]);
  });

  it('hear nothing where nobody knows what waits, and that is told', async () => {
    const trouble = new HoldfastError('unavailable', 'OwnLanes.areEmpty', 'no answer');
    const { world, ports } = island(trouble);
    await expect(tellIdle(ports, config, call)).rejects.toBe(trouble);
    expect(world.told).toEqual([]);
  });

  it('hold up no other where one of them is out of reach', async () => {
    const { ports } = island();
    expect(await tellIdle({ ...ports, peers: refusing('unavailable') }, config, call)).toEqual([]);
  });

  it('that let us in nowhere are a trouble of ours', async () => {
    const { ports } = island();
    const told = tellIdle({ ...ports, peers: refusing('access-denied') }, config, call);
    await expect(told).rejects.toMatchObject({ kind: 'access-denied' });
  });
});

function refusing(kind: HoldfastError['kind']): Peers {
  return {
    tell: async () => {
      throw new HoldfastError(kind, 'Peers.tell', 'no');
    },
  };
}
