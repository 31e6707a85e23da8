import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], cwd: string = process.cwd()): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const pretendNode = (version: string): string => {
  const source = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  return `--import=data:text/javascript,${encodeURIComponent(source)}`;
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-launcher-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the launcher', () => {
  it.each(['12.22.0', '18.20.4', '20.18.3'])('says on Node %s in one line what it needs', async (version) => {
    const { code, stderr } = await run([pretendNode(version), 'bin/holdfast.mjs']);
    expect([code, stderr]).toEqual([2, `holdfast needs Node 20.19 or later; this is ${version}\n`]);
  });

  it.each(['20.19.0', '22.0.0', '100.1.0'])('starts on Node %s', async (version) => {
    const { code } = await run([pretendNode(version), 'bin/holdfast.mjs', 'demo', '--help']);
    expect(code).toBe(0);
  });

  it('runs the one bundle of the tarball where there are no sources, and passes on arguments and exit code', async () => {
    const installed = join(folder, 'installed');
    await mkdir(join(installed, 'dist/cli'), { recursive: true });
    await cp('bin', join(installed, 'bin'), { recursive: true });
    await writeFile(
      join(installed, 'dist/cli/main.mjs'),
      `export async function main(args) { process.stdout.write(args.join('|')); return 41 + args.length; }`,
    );
    expect(await run([join(installed, 'bin/holdfast.mjs'), 'demo', 'a b'])).toEqual({
      code: 43,
      stdout: 'demo|a b',
      stderr: '',
    });
  });
});

describe('a deployment', () => {
  const script = resolve('scripts/deploy.ts');
  const tsx = `--import=${new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href}`;

  it.each([
    ['without a stage', [], 'say which stage'],
    ['without a configuration of one’s own', ['--stage', 'prod'], 'holdfast.yml does not exist'],
  ])('is refused %s', async (_, args, objection) => {
    const { code, stderr } = await run([tsx, script, ...args], folder);
    expect(code).toBe(2);
    expect(stderr).toContain(objection);
  });

  it('is refused when something else was packaged', async () => {
    const cwd = join(folder, 'stale');
    await mkdir(join(cwd, 'dist'), { recursive: true });
    await cp('test/infrastructure/two-regions.yml', join(cwd, 'holdfast.yml'));
    await writeFile(join(cwd, 'dist/holdfast.json'), '{}');
    const { code, stderr } = await run([tsx, script, '--stage', 'prod', '--packaged'], cwd);
    expect([code, stderr]).toEqual([2, 'holdfast.yml is not what was packaged: npm run package -- --stage prod\n']);
  });
});
