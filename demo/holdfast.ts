import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentOf } from './environment.ts';
import type { Stage } from './stage.ts';

const BIN = fileURLToPath(new URL('../bin/holdfast.mjs', import.meta.url));

export interface Run {
  readonly command: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line of the product in a process of its own, as a person would. */
export async function holdfast({ cloud, configFile }: Stage, args: readonly string[]): Promise<Run> {
  const environment = { ...process.env, ...environmentOf(cloud), HOLDFAST_CONFIG: configFile };
  const child = spawn(process.execPath, [BIN, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { command: `holdfast ${args.join(' ')}`, exitCode, ...said };
}
