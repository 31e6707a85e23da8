import { expect, it } from 'vitest';
import { createProgress } from '../../src/act/tell-progress.ts';
import type { Look } from '../../src/model/look.ts';
import { aBudget } from '../support/deliver.ts';
import { aLook, anEvent } from '../support/facts.ts';
import { createFakeWorld } from '../support/fake-ports.ts';
import { aBucket, linksOfPair } from '../support/pairs.ts';

const LINKS = linksOfPair({ destinations: [aBucket('one', 'us-east-1'), aBucket('two', 'us-west-2', '444455556666')] });
const FIRST: Partial<Look> = { reach: 'recorded', purpose: 'follow-up', follow: { links: [], step: 0 } };

it('tells every destination how far the looks have come, once in half a minute', async () => {
  const world = createFakeWorld();
  const tell = createProgress(world.ports);
  const tellAt = async (seconds: number): Promise<void> => {
    world.now = new Date(Date.UTC(2026, 10, 2, 0, 0, seconds));
    await tell(aLook({ ...FIRST, event: anEvent({ eventAt: world.now }) }), LINKS, aBudget());
  };
  for (const seconds of [0, 1, 29, 30, 31]) await tellAt(seconds);
  const at = (seconds: number) => new Date(Date.UTC(2026, 10, 2, 0, 0, seconds));
  const one = { to: { region: 'us-east-1', account: '111122223333' } };
  const two = { to: { region: 'us-west-2', account: '444455556666' } };
  expect(world.told).toEqual([
    { ...one, message: { kind: 'progress', link: 'photos/photos/one', eventAt: at(0) } },
    { ...two, message: { kind: 'progress', link: 'photos/photos/two', eventAt: at(0) } },
    { ...one, message: { kind: 'progress', link: 'photos/photos/one', eventAt: at(30) } },
    { ...two, message: { kind: 'progress', link: 'photos/photos/two', eventAt: at(30) } },
  ]);
});

it.each<[string, Partial<Look>]>([
  ['a first look', { purpose: 'first' }],
  ['a confirmation', { ...FIRST, purpose: 'confirm' }],
  ['a look at a later age', { ...FIRST, follow: { links: [], step: 1 } }],
  ['a look at tags', { ...FIRST, event: anEvent({ kind: 'tags-changed' }) }],
])('tells nothing after %s', async (_, look) => {
  const world = createFakeWorld();
  await createProgress(world.ports)(aLook(look), LINKS, aBudget());
  expect(world.told).toEqual([]);
});
