import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditQuestion } from '../../src/model/audit-records.ts';
import { createChecksumJobBook, type KeptJobs } from '../../src/cli/checksum-job-book.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-'));
});
afterEach(async () => rm(folder, { recursive: true }));

const question: AuditQuestion = {
  pair: 'orders',
  prefix: '',
  versions: true,
  content: { mode: 'age', everyMs: 10, periodMs: 1, turn: 7 },
  gapMs: 1,
  by: 'compute-checksum',
};
const kept: KeptJobs = { question, order: { algorithm: 'CRC32', type: 'FULL_OBJECT' }, jobs: [] };
const open = () => createChecksumJobBook('reports/now', { cwd: folder });

describe('the jobs of an audit', () => {
  it('are found by the same command, whose turn is another by now', async () => {
    expect(await open().read(question)).toBeUndefined();
    await open().keep(kept);
    const later = { ...question, content: { ...question.content, turn: 9 }, gapMs: 3 };
    expect(await open().read(later)).toEqual(kept);
  });

  it('are not taken for those of another question', async () => {
    await open().keep(kept);
    await expect(open().read({ ...question, prefix: 'a/' })).rejects.toThrow('holds jobs for an audit that asks');
  });

  it('are refused where the file is none of theirs', async () => {
    await open().keep(kept);
    await writeFile(join(folder, 'reports/now/jobs.json'), '{}');
    await expect(open().read(question)).rejects.toThrow('expected jobs in');
  });
});
