import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '../src/config-schema.ts';
import type { Config } from '../src/model/config.ts';
import { progress, serverless, stackRegions } from './stacks.ts';

const { values: options } = parseArgs({ options: { stage: { type: 'string' } } });
const file = process.env['HOLDFAST_CONFIG'] ?? 'holdfast.yml';
const packed = join('dist', 'holdfast.json');

/** What stands in the way: the example, or a package of another configuration, must never be deployed by accident. */
async function objection(config: Config): Promise<string | undefined> {
  if (!existsSync(packed)) return 'nothing is packaged yet: npm run package -- --stage …';
  if ((await readFile(packed, 'utf8')) !== JSON.stringify(config)) {
    return `${file} is not what was packaged: npm run package -- --stage …`;
  }
  const unfit = await Promise.all(stackRegions(config).map(async (region) => !(await isPackagedFor(region))));
  return unfit.includes(true)
    ? `the packages are of another stage: npm run package -- --stage ${options.stage}`
    : undefined;
}

/** The stage is in the names of functions, log groups and stacks, and so in the package. */
async function isPackagedFor(region: string): Promise<boolean> {
  const state: unknown = JSON.parse(await readFile(join('stacks', region, 'serverless-state.json'), 'utf8'));
  return JSON.stringify(state).includes(`"FunctionName":"holdfast-${options.stage}-on-object-event"`);
}

async function deploy(stage: string): Promise<void> {
  const config = parseConfig(await readFile(file, 'utf8'));
  const problem = await objection(config);
  if (problem !== undefined) throw new Error(problem);
  // One Region after the other: a mistake is seen in the first and stays there.
  for (const region of stackRegions(config)) {
    progress(`${region}: deploying`);
    const args = ['deploy', '--package', join('stacks', region), '--region', region, '--stage', stage];
    await serverless(args, { cwd: '.', verbose: true });
    progress(`${region}: done`);
  }
}

try {
  if (options.stage === undefined) throw new Error('say which stage: npm run deploy -- --stage prod');
  if (!existsSync(file))
    throw new Error(`${file} does not exist: copy holdfast.example.yml and name your own buckets in it`);
  await deploy(options.stage);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
