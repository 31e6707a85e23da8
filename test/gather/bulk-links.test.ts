import { expect, it } from 'vitest';
import { createBulkLinks } from '../../src/gather/bulk-links.ts';
import { linkId } from '../../src/model/link.ts';
import { bulkNote } from '../../src/model/pending.ts';
import { aBudget } from '../support/deliver.ts';
import { createFakeWorld } from '../support/fake-ports.ts';
import { aBucket, linksOfPair } from '../support/pairs.ts';

const LINKS = linksOfPair({ destinations: [aBucket('one', 'us-east-1'), aBucket('two', 'us-west-2')] });
const call = aBudget();

it('knows which links are not looked at, and asks once in half a minute', async () => {
  const world = createFakeWorld();
  let asked = 0;
  const { notes, clock } = world.ports;
  const get: typeof notes.get = async (...args) => {
    asked += 1;
    return notes.get(...args);
  };
  const bulk = createBulkLinks({ notes: { ...notes, get }, clock });
  const note = async (value: string): Promise<void> =>
    notes.put(bulkNote(LINKS.map(linkId)[1] ?? ''), value, { ...call, keepForMs: 300_000 });
  const after = async (seconds: number): Promise<readonly string[]> => {
    world.now = new Date(world.now.getTime() + seconds * 1_000);
    return [...(await bulk(LINKS, call))];
  };
  await note('on');
  expect(await after(0)).toEqual(['photos/photos/two']);
  await note('off');
  expect(await after(29)).toEqual(['photos/photos/two']);
  expect(asked).toBe(2);
  expect(await after(1)).toEqual([]);
  expect(asked).toBe(4);
  await note('on');
  expect(await after(300)).toEqual([]); // told no more, so it is over
});
