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
  folder = await mkdtemp(join(tmpdir(), 'holdfast-replication-'));
  stacks = await demoStacks();
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const MAPPINGS = [
  ['LooksQueue', ['delayed', 'lost', 'metadata', 'conflict', 'tags', 'backlog']],
  ['PeerQueue', ['backlog']],
] as const;

/** One of them is drawn for every run; `DEMO_SEED` repeats it. */
const SEED = Number(process.env['DEMO_SEED'] ?? process.hrtime.bigint() % 1_000_000n);

describe('the act about replication with a template that lacks an event source mapping', () => {
  it.each([MAPPINGS[SEED % 2 === 0 ? 0 : 1]])(
    'of %s ends with 1 and names the scenes that are heard by it: %j',
    LIMIT,
    async (queue, scenes) => {
      const broken = join(folder, queue);
      await takeAwayMapping(stacks, queue, broken);
      const args = ['--stacks', broken, '--only', 'replication', '--patience', '12', '--seed', '7'];
      const ended = await startShow(args).ended;
      expect(ended.code).toBe(1);
      const wrongs = linesOf(ended, 'wrong');
      expect(wrongs.flatMap(({ scene }) => scene ?? [])).toEqual(scenes);
      expect(linesOf(ended, 'summary')).toEqual([
        expect.objectContaining({ passed: false, scenes: `${14 - scenes.length} of 14` }),
      ]);
      const accused = wrongs.filter(({ reason }) => String(reason).startsWith('accused'));
      expect(accused).toEqual([]); // silence is no accusation
    },
  );
});
