import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../src/model/config.ts';
import { progress, serverless, stackRegions } from './stacks.ts';

const { values: options } = parseArgs({ options: { stage: { type: 'string' } } });

/** What stands in the way, or nothing: the example must never be deployed by accident. */
function objection(): string | undefined {
  if (options.stage === undefined) return 'say which stage: npm run deploy -- --stage prod';
  const own = process.env['HOLDFAST_CONFIG'] ?? 'holdfast.yml';
  if (!existsSync(own)) return `${own} does not exist: copy holdfast.example.yml and name your own buckets in it`;
  if (!existsSync(join('dist', 'holdfast.json'))) return 'nothing is packaged yet: npm run package -- --stage …';
  return undefined;
}

const problem = objection();
if (problem === undefined && options.stage !== undefined) {
  const config = JSON.parse(await readFile(join('dist', 'holdfast.json'), 'utf8')) as Config;
  // One Region after the other: a mistake is seen in the first and stays there.
  for (const region of stackRegions(config)) {
    progress(`${region}: deploying`);
    const packaged = join('stacks', region);
    await serverless(['deploy', '--package', packaged, '--region', region, '--stage', options.stage], {
      cwd: '.',
      verbose: true,
    });
    progress(`${region}: done`);
  }
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}
