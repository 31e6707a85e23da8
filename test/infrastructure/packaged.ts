import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** How long packaging takes at most, on a busy machine: after this its process is taken for dead. */
const ABANDONED_MS = 300_000;
const LOOK_EVERY_MS = 250;

/** Whether it is for the caller to package; otherwise somebody else has by now, or died over it. */
async function isOurs(folder: string): Promise<boolean> {
  const until = Date.now() + ABANDONED_MS;
  try {
    await mkdir(`${folder}.lock`);
    return true;
  } catch {
    while (!existsSync(folder) && existsSync(`${folder}.lock`) && Date.now() < until) await sleep(LOOK_EVERY_MS);
    return !existsSync(folder);
  }
}

/**
 * Packages all Regions of a configuration, as `npm run package` does, for the stage `test`. Resolves with the folder of
 * `dist/` and `stacks/<region>/`. Unchanged inputs are packaged once; several callers at a time wait for the first of them.
 */
export async function packaged(configFile: string): Promise<string> {
  const folder = resolve(CACHE, `packaged-${await fingerprint(configFile)}`);
  await mkdir(CACHE, { recursive: true });
  if (existsSync(folder) || !(await isOurs(folder))) return folder;
  try {
    const fresh = await mkdtemp(join(CACHE, 'packaging-'));
    const args = ['--import', 'tsx', 'scripts/package.ts', '--config', configFile, '--stage', 'test', '--out', fresh];
    await promisify(execFile)(process.execPath, args);
    if (existsSync(folder)) await rm(fresh, { recursive: true });
    else await rename(fresh, folder);
    return folder;
  } finally {
    await rm(`${folder}.lock`, { recursive: true, force: true });
  }
}
