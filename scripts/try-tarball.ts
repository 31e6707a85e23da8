import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { progress } from './stacks.ts';

/** What somebody who installs the tarball must find in it, and what must never be in it: sources, and anybody's configuration. */
const WANTED = [
  'bin/holdfast.mjs',
  'dist/cli/main.mjs',
  'dist/on-read/index.mjs',
  'dist/sbom.cdx.json',
  'dist/third-party-notices.txt',
  'README.md',
  'LICENSE',
  'holdfast.example.yml',
];
const UNWANTED = /^(?:src|test|scripts|handlers|demo|bench)\/|holdfast\.(?:json|yml)$|^\./;

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly dev?: true; readonly optional?: true; readonly devOptional?: true }>
  >;
}

const run = promisify(execFile);

async function pack(into: string): Promise<Packed> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', into], { maxBuffer: 64 * 1024 * 1024 });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own word, after what the build says
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as readonly Packed[];
  if (packed === undefined) throw new Error('npm packed nothing');
  return packed;
}

/**
 * Installs the tarball into an empty folder as npm would, without asking the registry: the packages of production, in the
 * versions of the lock file, and nothing that is only for development.
 */
async function install(tarball: string, folder: string): Promise<void> {
  const home = join(folder, 'node_modules', 'holdfast');
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as LockFile;
  const production = Object.entries(packages).filter(
    ([path, { dev, optional, devOptional }]) => path !== '' && (dev ?? optional ?? devOptional) !== true,
  );
  // One inside another has its own row; copied whole, it would be there twice.
  const outer = production.map(([path]) => path).filter((path) => path.lastIndexOf('node_modules/') === 0);
  for (const path of outer) await cp(path, join(folder, path), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true,"dependencies":{"holdfast":"*"}}');
  await run('npm', ['rebuild', '--ignore-scripts', '--offline'], { cwd: folder });
}

/** What the installed command says; rejects when it fails. */
async function holdfast(folder: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('npx', ['--offline', 'holdfast', ...args], { cwd: folder });
  return stdout;
}

function check(holds: boolean, what: string, detail = ''): void {
  if (!holds) throw new Error(`not so: ${what} ${detail}`);
  progress(what);
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-tarball-'));
try {
  const { filename, files } = await pack(folder);
  const names = files.map(({ path }) => path);
  const missing = WANTED.filter((name) => !names.includes(name));
  const extra = names.filter((name) => UNWANTED.test(name));
  check(missing.length === 0, `of ${names.length} files none is missing`, missing.join(', '));
  check(extra.length === 0, 'no file is there that does not belong there', extra.join(', '));
  const empty = join(folder, 'empty');
  await install(join(folder, filename), empty);
  check((await holdfast(empty, '--help')).includes('Usage: holdfast'), 'the installed command shows its help');
  check((await holdfast(empty, 'explain', 'replica-missing')).includes('replica-missing'), 'it explains a finding');
  await writeFile(join(empty, 'a b+c é'), 'content');
  const digest = await holdfast(empty, 'digest', 'a b+c é', '--json');
  check(digest.includes('7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M='), 'it computes the SHA-256 of a file');
} finally {
  await rm(folder, { recursive: true, force: true });
}
