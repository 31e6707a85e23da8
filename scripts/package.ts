import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseConfig } from '../src/config-schema.ts';
import { bundleFunctions } from './bundle.ts';
import { stackRegions } from '../src/model/config.ts';
import { progress, serverless } from './stacks.ts';
import { tailor } from './tailor.ts';

const EXAMPLE = 'holdfast.example.yml';

/** How many frameworks run at once; each takes a core for some two seconds. */
const PARALLEL = 2;

const { values: options } = parseArgs({
  options: {
    config: { type: 'string' },
    stage: { type: 'string', default: 'dev' },
    out: { type: 'string', default: '.' },
  },
});

/** The file that was asked for, else one's own, else the example: good for a look at the templates, not for a deployment. */
function chooseConfigFile(): string {
  const asked = options.config ?? process.env['HOLDFAST_CONFIG'];
  if (asked !== undefined) return asked;
  if (existsSync('holdfast.yml')) return 'holdfast.yml';
  process.stderr.write(
    `\n*** There is no holdfast.yml: packaging ${EXAMPLE}, whose buckets are not yours. Copy it and change it. ***\n\n`,
  );
  return EXAMPLE;
}

/** The framework notes where it made each zip, which is gone by now. Without the note it looks beside the note. */
async function forgetFolder(stateFile: string): Promise<void> {
  const state: unknown = JSON.parse(await readFile(stateFile, 'utf8'), (name, value: unknown) =>
    name === 'artifact' ? undefined : value,
  );
  await writeFile(stateFile, JSON.stringify(state));
}

/**
 * Packages one Region in a copy of the project, because two frameworks in one folder overwrite each other's `.serverless`.
 */
async function packageRegion(region: string, out: string): Promise<void> {
  const folder = await mkdtemp(join(out, '.package-'));
  try {
    await writeFile(join(folder, 'serverless.yml'), tailor(await readFile('serverless.yml', 'utf8'), region, config));
    await cp('infra', join(folder, 'infra'), { recursive: true });
    await cp(join(out, 'dist'), join(folder, 'dist'), { recursive: true });
    const target = join(out, 'stacks', region);
    await serverless(['package', '--region', region, '--stage', options.stage, '--package', target], { cwd: folder });
    await forgetFolder(join(target, 'serverless-state.json'));
    progress(`${region} packaged into ${target}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const out = resolve(options.out);
const dist = join(out, 'dist');
const file = chooseConfigFile();
const config = parseConfig(await readFile(file, 'utf8'));
const regions = stackRegions(config);
if (regions.length === 0) throw new Error(`${file} names no bucket: there is nothing to deploy`);
progress(`${file}: ${regions.length} Regions`);

await mkdir(out, { recursive: true });
const names = await bundleFunctions(dist);
const packed = JSON.stringify(config);
await Promise.all(['.', ...names].map((name) => writeFile(join(dist, name, 'holdfast.json'), packed)));
progress(`${names.length} functions built`);

await rm(join(out, 'stacks'), { recursive: true, force: true });
const waiting = [...regions];
await Promise.all(
  Array.from({ length: PARALLEL }, async () => {
    for (let region = waiting.shift(); region !== undefined; region = waiting.shift()) {
      await packageRegion(region, out);
    }
  }),
);
