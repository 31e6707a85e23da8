import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../src/config-schema.ts';
import { type Config, stackRegions } from '../../src/model/config.ts';
import { tsx } from '../stacks.ts';

/** What both commands are told. */
export interface StageOptions {
  readonly stage?: string | undefined;
  /** Only these; empty: all of the configuration. */
  readonly region?: readonly string[] | undefined;
}

export interface Chosen {
  readonly stage: string;
  /** Name of the stacks. */
  readonly stack: string;
  readonly file: string;
  readonly config: Config;
  readonly regions: readonly string[];
}

/** The configuration, and the Regions of it that are meant. Throws what is wrong, with what to do. */
export async function choose({ stage, region = [] }: StageOptions, command: string): Promise<Chosen> {
  if (stage === undefined || !/^[a-z][a-z0-9-]{0,20}$/.test(stage))
    throw new Error(`say which stage, in lower case: npm run ${command} -- --stage prod`);
  const file = process.env['HOLDFAST_CONFIG'] ?? 'holdfast.yml';
  if (!existsSync(file))
    throw new Error(`${file} does not exist: copy holdfast.example.yml and name your own buckets in it`);
  const config = parseConfig(await readFile(file, 'utf8'));
  const all = stackRegions(config);
  if (all.length === 0) throw new Error(`${file} names no bucket: there is nothing to ${command}`);
  const unknown = region.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`${file} has no stack in ${unknown.join(', ')}; it has in ${all.join(', ')}`);
  return { stage, stack: `holdfast-${stage}`, file, config, regions: region.length === 0 ? all : region };
}

/** The stack of an account outside the configuration would be let in nowhere. */
export function expectOwnAccount({ config, file }: Chosen, account: string): void {
  const accounts = new Set(
    config.pairs.flatMap(({ source, destinations }) => [source, ...destinations].map((bucket) => bucket.account)),
  );
  if (!accounts.has(account))
    throw new Error(`these are credentials of account ${account}; ${file} is about ${[...accounts].join(', ')}`);
}

/** Makes the packages. */
export function packageStacks({ file, stage }: Chosen): Promise<void> {
  return tsx(['scripts/package.ts', '--config', file, '--stage', stage]);
}

/** Throws where what `npm run package` left is not of this configuration and stage. */
export async function expectPackaged({ file, config, stage, regions }: Chosen): Promise<void> {
  const again = `npm run package -- --stage ${stage}`;
  const packed = await readFile(join('dist', 'holdfast.json'), 'utf8').catch(() => '');
  if (packed !== JSON.stringify(config)) throw new Error(`${file} is not what was packaged: ${again}`);
  for (const region of regions) {
    const state = await readFile(join('stacks', region, 'serverless-state.json'), 'utf8').catch(() => '');
    if (!state.includes(`"holdfast-${stage}-on-object-event"`))
      throw new Error(`what is packaged for ${region} is of another stage: ${again}`);
  }
}
