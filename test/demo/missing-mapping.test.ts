import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoStacks, linesOf, startShow } from './show.ts';
import { takeAwayMapping } from './take-away.ts';

const LIMIT = { timeout: 600_000 };

let folder: string;
let stacks: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-mapping-'));
  stacks = await demoStacks();
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the show with a template that lacks an event source mapping', () => {
  it.each([
    // HEADs are made, and one of them already says that an object is archived.
    ['ReadsQueue', 'on-read', '0 of 50', '0 of 4', '1 of 2'],
    ['SignalsQueue', 'on-object-event', '0 of 50', '0 of 4', '0 of 2'],
  ])('of %s ends with 1 and names every version that %s would have read', LIMIT, async (queue, _, ...counts) => {
    const broken = join(folder, queue);
    await takeAwayMapping(stacks, queue, broken);
    const ended = await startShow(['--stacks', broken, '--only', 'integrity', '--patience', '6', '--seed', '7']).ended;
    expect(ended.code).toBe(1);
    const [verified, violated, unverifiable] = counts;
    expect(linesOf(ended, 'summary')).toEqual([
      expect.objectContaining({ passed: false, verified, violated, unverifiable }),
    ]);
    const wrongs = linesOf(ended, 'wrong');
    expect(wrongs).toContainEqual(
      expect.objectContaining({
        bucket: 'orders-use1',
        key: 'in/invoice-0042.pdf',
        reason: expect.stringMatching(/^nothing sufficient/),
      }),
    );
    expect(new Set(wrongs.map(({ reason }) => reason))).toEqual(new Set(['nothing sufficient was heard in time']));
  });
});
