import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configCommand } from '../../src/cli/config.ts';
import type { ExitCode, Io } from '../../src/cli/io.ts';

interface Run {
  readonly code: ExitCode | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

let cwd: string;
let example: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  example = await readFile(new URL('../../holdfast.example.yml', import.meta.url), 'utf8');
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

async function run(args: readonly string[], files: Readonly<Record<string, string>>): Promise<Run> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const written = { stdout: '', stderr: '' };
  let code: ExitCode | undefined;
  const io: Io = {
    stdout: { isTerminal: false, write: (text) => void (written.stdout += text) },
    stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
    stdin: Readable.from([]),
    env: {},
    cwd,
    signal: AbortSignal.timeout(10_000),
    exit: (given) => {
      code = given;
    },
  };
  await configCommand(io).parseAsync(args, { from: 'user' });
  return { code, ...written };
}

describe('holdfast config check', () => {
  it('sums up a good configuration', async () => {
    expect(await run(['check'], { 'holdfast.yml': example })).toEqual({
      code: 0,
      stdout: 'holdfast.yml: 2 pairs, 3 buckets in 2 Regions, 1 access point, 3 verify rules\n',
      stderr: '',
    });
  });

  it('lists every problem of a bad one', async () => {
    expect(await run(['check', 'x.yml'], { 'x.yml': 'version: 2\npair: {}' })).toEqual({
      code: 2,
      stdout:
        'x.yml: line 1, column 10: version: expected 1, got the number 2\n' +
        'x.yml: line 2, column 7: pair: unknown name; did you mean `pairs`?\n' +
        'x.yml: 2 problems\n',
      stderr: '',
    });
  });

  it('writes NDJSON with --json', async () => {
    const { code, stdout } = await run(['check', '--json', 'x.yml'], { 'x.yml': 'version: 1\npair: {}' });
    expect(code).toBe(2);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      {
        kind: 'problem',
        file: 'x.yml',
        path: 'pair',
        line: 2,
        column: 7,
        message: 'unknown name',
        fix: 'did you mean `pairs`?',
      },
      { kind: 'summary', file: 'x.yml', valid: false, problems: 1 },
    ]);
    const good = await run(['check', '--json', 'x.yml'], { 'x.yml': 'version: 1' });
    expect(good).toEqual({
      code: 0,
      stdout: '{"kind":"summary","file":"x.yml","valid":true,"problems":0}\n',
      stderr: '',
    });
  });

  it('says that a file cannot be read', async () => {
    const { code, stdout, stderr } = await run(['check', 'none.yml'], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^none\.yml cannot be read: ENOENT/);
  });
});

describe('holdfast config schema', () => {
  it('prints the JSON Schema', async () => {
    const { code, stdout } = await run(['schema'], {});
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Holdfast configuration', required: ['version'] });
  });
});
