import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenery } from './scenery.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Packages a configuration with the script of `npm run package`; resolves with the folder of the stacks. */
export async function packageStacks(
  folder: string,
  { config: written, stage }: Pick<Scenery, 'config' | 'stage'>,
  progress: (text: string) => void,
): Promise<string> {
  const config = join(folder, 'holdfast.yml');
  await mkdir(folder, { recursive: true });
  await writeFile(config, written);
  const args = ['--import', 'tsx', 'scripts/package.ts', '--config', config, '--stage', stage, '--out', folder];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const line of text.split('\n')) {
      const said = /^\s*[\d.]+ s\s+(.*)$/.exec(line)?.[1];
      if (said !== undefined) progress(`  ${said.replaceAll(folder, '…')}`);
    }
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`packaging ended with exit code ${String(code)}:\n${output}`);
  return join(folder, 'stacks');
}
