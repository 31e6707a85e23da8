import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdfast } from './fake-run.ts';

const KEY = 'a\tb\\c\n"é😀\u0001\\N';
const ALERT = {
  specversion: '1.0',
  type: 'holdfast.alert.v1',
  time: '2026-11-21T08:15:30.000Z',
  data: {
    code: 'replica-missing',
    verdict: 'violated',
    severity: 'critical',
    subject: { kind: 'object-version', object: { bucket: 'orders', region: 'us-east-1', key: KEY, versionId: 'v1' } },
    replica: { bucket: 'copy', region: 'eu-west-1' },
    evidence: { pair: 'orders', link: 'orders/orders/copy' },
  },
};
const OBJECT = {
  kind: 'object',
  object: { bucket: 'orders', region: 'us-east-1', key: 'two' },
  at: 'yesterday',
  findings: [
    { verdict: 'violated', code: 'size-differs', severity: 'critical', evidence: { sizeBytes: 1 } },
    { verdict: 'verified', code: 'content-verified', severity: 'info', evidence: {} },
  ],
};
const PAIR = {
  code: 'rule-missing',
  verdict: 'violated',
  subject: { kind: 'pair', pair: 'orders', region: 'us-east-1' },
};
const LINES = [ALERT, { Message: JSON.stringify(ALERT) }, OBJECT, PAIR, { kind: 'summary', note: 'a\0b \\u0000' }];
const REPORT = `${LINES.map((line) => JSON.stringify(line)).join('\n')}\n\n`;

const exported = async (...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await holdfast(['export', '-', ...args], { stdin: REPORT });
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

describe('holdfast export', () => {
  it('is refused for lines that are no JSON, files that are not there and names that are none', async () => {
    expect(await holdfast(['export', '-'], { stdin: '{}\n[]\n' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected a JSON object in line 2 of -') as string,
    });
    expect(await holdfast(['export', 'nowhere.ndjson'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nowhere.ndjson cannot be read') as string,
    });
    expect(await holdfast(['export', '-', '--table', 'x; DROP'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('ends a load that was refused half way before it is taken', async () => {
    const { stdout } = await holdfast(['export', '-'], { stdin: '{"kind":"a"}\nbroken\n' });
    expect(stdout).toContain('COPY incoming');
    expect(stdout).not.toContain('COMMIT;');
  });

  it('makes a row of each finding, each once', async () => {
    const ids = Array.from((await exported()).matchAll(/^([0-9a-f]{64})\t/gm), ([, id]) => id);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6 - 1); // the alert came with and without the envelope of SNS
  });
});

const FOLDERS = ['/usr/lib/postgresql', '/usr/local/lib/postgresql'];
const BIN = FOLDERS.filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((version) => join(folder, version, 'bin')))
  .find((bin) => existsSync(join(bin, 'initdb')));
/** A server refuses to run as root, and then its own user has to be there. */
const asRoot = process.getuid?.() === 0;

describe.skipIf(BIN === undefined)('PostgreSQL', () => {
  let folder: string;

  const tool = (name: string, args: readonly string[], stdin = ''): Promise<string> => {
    const [file, all] = asRoot
      ? ['runuser', ['-u', 'postgres', '--', join(BIN ?? '', name), ...args]]
      : [join(BIN ?? '', name), [...args]];
    return new Promise((resolve, reject) => {
      const child = execFile(file, all, { cwd: folder }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${stdout}${stderr}`, { cause: error }));
      });
      child.stdin?.end(stdin);
    });
  };
  const psql = async (sql: string): Promise<string> =>
    tool('psql', ['-h', folder, '-d', 'postgres', '-qAtX', '-F', '|'], sql);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-pg-'));
    if (asRoot) {
      const [uid = 0, gid = 0] = await Promise.all(['-u', '-g'].map(async (flag) => Number(await idOf(flag))));
      await chown(folder, uid, gid);
    }
    await tool('initdb', [
      '-D',
      join(folder, 'data'),
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--locale=C',
      '-U',
      asRoot ? 'postgres' : (process.env['USER'] ?? 'postgres'),
    ]);
    const options = `-c listen_addresses='' -c unix_socket_directories='${folder}' -c fsync=off`;
    await tool('pg_ctl', ['-D', join(folder, 'data'), '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  }, 60_000);

  afterAll(async () => {
    await tool('pg_ctl', ['-D', join(folder, 'data'), '-m', 'immediate', 'stop']);
    await rm(folder, { recursive: true });
  }, 30_000);

  it('takes every line once, however often it is loaded, with keys as they are', async () => {
    await psql(await exported());
    await psql(await exported());
    const rows = await psql('SELECT code, verdict, bucket, pair, replica_bucket FROM holdfast_findings ORDER BY code;');
    expect(rows.trim().split('\n')).toEqual([
      'content-verified|verified|orders||',
      'replica-missing|violated|orders|orders|copy',
      'rule-missing|violated||orders|',
      'size-differs|violated|orders||',
      '||||',
    ]);
    const key = await psql(
      "SELECT encode(convert_to(key, 'UTF8'), 'hex') FROM holdfast_findings WHERE version_id = 'v1';",
    );
    expect(Buffer.from(key.trim(), 'hex').toString()).toBe(KEY);
    const note = await psql("SELECT record->>'note' FROM holdfast_findings WHERE kind = 'summary';");
    expect(note.trim()).toBe('a\u2400b \\u0000');
    expect((await psql('SELECT at FROM holdfast_findings WHERE at IS NOT NULL;')).trim()).toContain(
      '2026-11-21 08:15:30',
    );
  });

  it('takes nothing of a load that was refused half way', async () => {
    const { stdout } = await holdfast(['export', '-', '--table', 'other'], { stdin: '{"kind":"a"}\nbroken\n' });
    await psql(stdout).catch(() => undefined);
    expect((await psql("SELECT count(*) FROM pg_tables WHERE tablename = 'other';")).trim()).toBe('0');
  });

  it('puts them into a schema of its own', async () => {
    await psql('CREATE SCHEMA audits;');
    await psql(await exported('--table', 'audits.findings'));
    expect((await psql('SELECT count(*) FROM audits.findings;')).trim()).toBe('5');
  });
});

async function idOf(flag: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('id', [flag, 'postgres'], (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}
