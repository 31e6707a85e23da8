import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Everything that a package is made of. */
const INPUTS = ['src', 'handlers', 'infra', 'scripts', 'serverless.yml', 'package-lock.json'];

const CACHE = '.cache';

async function fingerprint(configFile: string): Promise<string> {
  const hash = createHash('sha256');
  for (const input of [...INPUTS, configFile]) {
    const names = await readdir(input, { recursive: true, withFileTypes: true }).catch(() => undefined);
    const files = names?.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) ?? [
      input,
    ];
    for (const file of files.toSorted()) hash.update(`${file}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Packages all Regions of a configuration, as `npm run package` does, for the stage `test`. Resolves with the folder of
 * `dist/` and `stacks/<region>/`. Unchanged inputs are packaged once; several callers at a time do not disturb each other.
 */
export async function packaged(configFile: string): Promise<string> {
  const folder = resolve(CACHE, `packaged-${await fingerprint(configFile)}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const fresh = await mkdtemp(join(CACHE, 'packaging-'));
  const args = ['--import', 'tsx', 'scripts/package.ts', '--config', configFile, '--stage', 'test', '--out', fresh];
  await promisify(execFile)(process.execPath, args);
  try {
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true });
    if (!existsSync(folder)) throw error; // else another caller was faster, with the same content
  }
  return folder;
}
