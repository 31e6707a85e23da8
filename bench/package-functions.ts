import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export const REGION = 'us-east-1';
export const BUCKET = 'bench-use1';
/** Objects under it are judged by what S3 stored; all others are read. */
export const RECORDED = 'recorded/';

/** What `npm run package` makes, from a configuration of the benchmark's own. */
export interface Package {
  /** Holds `dist/<function>` and `stacks/<region>`. */
  readonly folder: string;
  readonly functions: readonly PackedFunction[];
  remove(): Promise<void>;
}

export interface PackedFunction {
  readonly name: string;
  readonly zipBytes: number;
}

export async function packageFunctions(account: string): Promise<Package> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const remove = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const configFile = join(folder, 'holdfast.yml');
    await writeFile(configFile, configuration(account));
    await runPackage(['--config', configFile, '--stage', 'bench', '--out', folder]);
    return { folder, functions: await listFunctions(join(folder, 'stacks', REGION)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function configuration(account: string): string {
  return `version: 1
pairs:
  bench:
    source: { bucket: ${BUCKET}, region: ${REGION}, account: '${account}' }
verify:
  - prefix: s3://${BUCKET}/${RECORDED}
    evidence: stored-checksum
`;
}

async function runPackage(args: readonly string[]): Promise<void> {
  const command = ['--import', 'tsx', 'scripts/package.ts', ...args];
  const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  const [stderr, [code]] = await Promise.all([text(child.stderr), closed]);
  if (code !== 0) throw new Error(`packaging ended with exit code ${String(code)}:\n${stderr}`);
}

async function listFunctions(stack: string): Promise<readonly PackedFunction[]> {
  const zips = (await readdir(stack)).filter((file) => file.endsWith('.zip')).toSorted();
  if (zips.length === 0) throw new Error(`expected zip files in ${stack}, found none`);
  return Promise.all(
    zips.map(async (zip) => ({ name: zip.slice(0, -'.zip'.length), zipBytes: (await stat(join(stack, zip))).size })),
  );
}
