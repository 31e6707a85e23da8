import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoStacks, linesOf, startShow } from './show.ts';

const LIMIT = { timeout: 600_000 };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-folder-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the show of a folder', () => {
  it('proves every file of it, small and in parts, here and as a replica', LIMIT, async () => {
    const real = join(folder, 'real');
    await cp('docs', join(real, 'docs'), { recursive: true });
    await mkdir(join(real, 'é 😀'));
    await writeFile(join(real, 'é 😀', '100% a+b.bin'), randomBytes(9 * 1024 * 1024));
    await writeFile(join(real, 'empty'), '');
    const ended = await startShow(['--folder', real, '--stacks', await demoStacks()]).ended;
    expect(linesOf(ended, 'wrong')).toEqual([]);
    expect(ended.code).toBe(0);

    const entries = await readdir(real, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const proved = linesOf(ended, 'alert')
      .map(({ alert }) => alert as Alert)
      .filter(({ data }) => data.proves === 'stored' && data.verdict === 'verified')
      .map(({ data }) => data.subject.object)
      .filter(({ key }) => key.startsWith('in/'));
    expect(new Set(proved.map(({ bucket, key }) => `${bucket}/${key}`)).size).toBe(2 * files.length);
    expect(proved.map(({ key }) => key)).toContain('in/é 😀/100% a+b.bin');
  });

  it('does not begin with an empty folder', LIMIT, async () => {
    const empty = join(folder, 'empty');
    await mkdir(join(empty, 'no files here'), { recursive: true });
    const { code, lines, stderr } = await startShow(['--folder', empty]).ended;
    expect([code, lines, stderr]).toEqual([2, [], `expected files in ${empty}, found none\n`]);
  });

  it('does not begin with a folder that is not there', LIMIT, async () => {
    const { code, lines, stderr } = await startShow(['--folder', '/no/such/folder']).ended;
    expect([code, lines, stderr]).toEqual([2, [], 'expected a folder that can be read, got /no/such/folder\n']);
  });
});

interface Alert {
  readonly data: {
    readonly verdict: string;
    readonly proves?: string;
    readonly subject: { readonly object: { readonly bucket: string; readonly key: string } };
  };
}
