import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Cloud } from '../sandbox/cloud.ts';
import type { Io } from './io.ts';

interface SandboxOptions {
  readonly stacks?: string;
  readonly port: number;
  readonly seed: number;
  readonly json: boolean;
}

/** The Region that the printed environment begins with; the sandbox has all of them. */
const FIRST_REGION = 'eu-west-1';

/** `holdfast sandbox`: an embedded cloud on a loopback port, until it is interrupted. */
export function sandboxCommand(io: Io): Command {
  return new Command('sandbox')
    .description('run an S3 of your own, with other services, to try Holdfast against')
    .option('--port <n>', 'loopback port; 0 takes any free one', naturalNumber, 0)
    .option('--stacks <folder>', 'deploy the packaged stacks in it, one folder for each Region')
    .option('--seed <n>', 'of all chance in it: the same seed gives the same faults', naturalNumber, 1)
    .option('--json', 'print the environment as one JSON object', false)
    .addHelpText(
      'after',
      '\nExamples:\n  holdfast sandbox --port 9000\n  npm run package && holdfast sandbox --stacks stacks\n',
    )
    .action(async ({ port, seed, json, stacks }: SandboxOptions) => {
      const { createCloud } = await import('../sandbox/cloud.ts');
      const cloud = await createCloud({ port, seed });
      try {
        if (stacks !== undefined) await deployAll(resolve(io.cwd, stacks), cloud, io);
        const { accessKeyId, secretAccessKey } = cloud.credentials;
        const environment = {
          AWS_ENDPOINT_URL: cloud.url,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_REGION: FIRST_REGION,
          AWS_DEFAULT_REGION: FIRST_REGION, // what aws and boto3 read
        };
        io.stdout.write(json ? `${JSON.stringify(environment)}\n` : exports(environment));
        io.stderr.write(hints(cloud.url));
        if (!io.signal.aborted) await once(io.signal, 'abort');
      } finally {
        await cloud.close();
      }
    });
}

/** Throws what the sandbox does not honour in a template, by name. */
async function deployAll(folder: string, cloud: Cloud, { stderr }: Io): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new HoldfastError('invalid-config', 'cli', `expected a folder of packaged stacks, got ${folder}`, { cause });
  });
  const regions = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (regions.length === 0) {
    throw new HoldfastError('invalid-config', 'cli', `expected a folder for each Region, there is none in ${folder}`);
  }
  for (const region of regions.toSorted()) {
    const { name, resources } = await cloud.deploy({ folder: join(folder, region) });
    stderr.write(`${region}: stack ${name} with ${Object.keys(resources).length} resources\n`);
  }
}

/** Lines for a shell: no value here needs quotes beyond these. */
function exports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('');
}

function hints(url: string): string {
  return [
    'The lines above make aws, boto3 and other SDKs use the sandbox; rclone: --s3-provider Other --s3-force-path-style',
    '--s3-env-auth, with the endpoint as --s3-endpoint. All Regions answer on this one port.',
    `Control API: curl ${url}/_holdfast/requests   (also faults, clock; POST and DELETE change them)`,
    'Interrupt (Ctrl-C) to end it; everything in it is gone then.',
    '',
  ].join('\n');
}

function naturalNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value > 2 ** 31) {
    throw new InvalidArgumentError('expected a whole number that is not negative');
  }
  return value;
}
