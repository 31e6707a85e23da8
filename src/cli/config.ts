import { Command } from 'commander';
import schema from '../../docs/holdfast.schema.json' with { type: 'json' };
import { formatProblem } from '../config/problems.ts';
import { checkConfig } from '../config-schema.ts';
import type { Config } from '../model/config.ts';

/** What a command about the configuration asks of the process. */
export interface ConfigIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** The text of a file; rejects when it cannot be read. */
  readonly readFile: (path: string) => Promise<string>;
}

/** 0: as it should be. 2: bad configuration, or none that could be read. */
export type ConfigExitCode = 0 | 2;

export interface CheckArgs {
  readonly file: string;
  /** NDJSON: a line for each problem, and one at the end that sums up. */
  readonly json: boolean;
}

/** `holdfast config check`: everything that is wrong with a configuration, in the order of the text. */
export async function checkConfigFile({ file, json }: CheckArgs, io: ConfigIo): Promise<ConfigExitCode> {
  let text: string;
  try {
    text = await io.readFile(file);
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
export function printConfigSchema(io: ConfigIo): ConfigExitCode {
  io.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

/** `holdfast config …`; `exit` gets the code when a command has ended. */
export function configCommand(io: ConfigIo, exit: (code: ConfigExitCode) => void): Command {
  const command = new Command('config').description('look at the configuration');
  command
    .command('check')
    .description('say everything that is wrong with a configuration; exit code 2 if anything is')
    .argument('[file]', 'the configuration', 'holdfast.yml')
    .option('--json', 'one JSON object to a line: the problems, then a summary', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      exit(await checkConfigFile({ file, json }, io));
    });
  command
    .command('schema')
    .description('print the JSON Schema of holdfast.yml')
    .action(() => {
      exit(printConfigSchema(io));
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
