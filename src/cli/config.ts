import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import schema from '../../docs/holdfast.schema.json' with { type: 'json' };
import { formatProblem } from '../config/problems.ts';
import { checkConfig } from '../config-schema.ts';
import type { Config } from '../model/config.ts';
import type { ExitCode, Io } from './io.ts';

export interface CheckArgs {
  readonly file: string;
  /** NDJSON: a line for each problem, and one at the end that sums up. */
  readonly json: boolean;
}

/** `holdfast config check`: everything that is wrong with a configuration, in the order of the text. 0: nothing. 2: something, or no text. */
export async function checkConfigFile({ file, json }: CheckArgs, io: Io): Promise<ExitCode> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    io.stderr.write(`${file} cannot be read: ${error instanceof Error ? error.message : 'no reason given'}\n`);
    return 2;
  }
  const { config, problems } = checkConfig(text);
  if (json) {
    for (const problem of problems) io.stdout.write(`${JSON.stringify({ kind: 'problem', file, ...problem })}\n`);
    io.stdout.write(
      `${JSON.stringify({ kind: 'summary', file, valid: config !== undefined, problems: problems.length })}\n`,
    );
  } else {
    for (const problem of problems) io.stdout.write(`${file}: ${formatProblem(problem)}\n`);
    io.stdout.write(`${file}: ${config === undefined ? countOf(problems.length, 'problem') : describe(config)}\n`);
  }
  return config === undefined ? 2 : 0;
}

/** `holdfast config schema`: the JSON Schema, for editors. */
export function printConfigSchema(io: Io): ExitCode {
  io.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

/** `holdfast config …`. */
export function configCommand(io: Io): Command {
  const command = new Command('config').description('look at the configuration');
  command
    .command('check')
    .description('say everything that is wrong with a configuration; exit code 2 if anything is')
    .argument('[file]', 'the configuration', 'holdfast.yml')
    .option('--json', 'one JSON object to a line: the problems, then a summary', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      io.exit(await checkConfigFile({ file, json }, io));
    });
  command
    .command('schema')
    .description('print the JSON Schema of holdfast.yml')
    .action(() => {
      io.exit(printConfigSchema(io));
    });
  return command;
}

function describe({ pairs, mraps, verify }: Config): string {
  const buckets = pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  const regions = new Set(buckets.map(({ region }) => region));
  const names = new Set(buckets.map(({ bucket }) => bucket));
  return [
    countOf(pairs.length, 'pair'),
    `${countOf(names.size, 'bucket')} in ${countOf(regions.size, 'Region')}`,
    countOf(mraps.length, 'access point'),
    countOf(verify.length, 'verify rule'),
  ].join(', ');
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
