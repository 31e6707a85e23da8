import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import schema from '../../docs/holdfast.schema.json' with { type: 'json' };
import { formatProblem } from '../config/problems.ts';
import { parseSize } from '../config/quantities.ts';
import { withoutEffect } from '../config/without-effect.ts';
import { checkConfig } from '../config-schema.ts';
import { HoldfastError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import { type PriceQuestion, priceConfig, renderPrice, toPriceRecord } from './config-price.ts';
import type { ExitCode, Io } from './io.ts';
import type { Connect } from './verify.ts';

export interface CheckArgs {
  readonly file: string;
  /** NDJSON: a line for each problem, and one at the end that sums up. */
  readonly json: boolean;
  /** Absent: the standing monitor is not priced. */
  readonly price?: PriceQuestion;
}

/** `holdfast config check`: everything that is wrong with a configuration, in the order of the text. 0: nothing. 2: something, or no text. */
export async function checkConfigFile({ file, json, price }: CheckArgs, io: Io): Promise<ExitCode> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    io.stderr.write(`${file} cannot be read: ${error instanceof Error ? error.message : 'no reason given'}\n`);
    return 2;
  }
  const { config, problems } = checkConfig(text);
  const warnings = config === undefined ? [] : withoutEffect(config);
  const priced = config === undefined || price === undefined ? undefined : await priceConfig(config, price);
  if (json) {
    for (const problem of problems) io.stdout.write(`${JSON.stringify({ kind: 'problem', file, ...problem })}\n`);
    for (const warning of warnings) io.stdout.write(`${JSON.stringify({ kind: 'warning', file, ...warning })}\n`);
    if (priced !== undefined) io.stdout.write(`${JSON.stringify(toPriceRecord(priced))}\n`);
    io.stdout.write(
      `${JSON.stringify({ kind: 'summary', file, valid: config !== undefined, problems: problems.length })}\n`,
    );
  } else {
    for (const problem of problems) io.stdout.write(`${file}: ${formatProblem(problem)}\n`);
    for (const { path, message } of warnings) io.stdout.write(`${file}: warning: ${path} ${message}\n`);
    io.stdout.write(`${file}: ${config === undefined ? countOf(problems.length, 'problem') : describe(config)}\n`);
    if (priced !== undefined) io.stdout.write(`\n${renderPrice(priced)}`);
  }
  const isUnpriced = priced?.pairs.some(({ basis }) => basis === 'unknown') === true;
  return config === undefined || isUnpriced ? 2 : 0;
}

/** `holdfast config schema`: the JSON Schema, for editors. */
export function printConfigSchema(io: Io): ExitCode {
  io.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

interface CheckOptions {
  readonly json: boolean;
  readonly writesPerSecond?: number;
  readonly objectSize?: number;
  readonly kmsShare: number;
  readonly measure: boolean;
}

const CHECK_EXAMPLES = `
With a rate of writes, given or measured, it says what the standing monitor costs in a month, and what cheaper policies would.
To measure asks CloudWatch for the request metrics of each bucket, or for the growth of its number of objects.

Examples:
  holdfast config check
  holdfast config check --writes-per-second 50 --object-size 256KiB --kms-share 0.8
  holdfast config check --measure --json
`;

/** `holdfast config …`. */
export function configCommand(io: Io, connect: Connect): Command {
  const command = new Command('config').description('look at the configuration');
  command
    .command('check')
    .description('say everything that is wrong with a configuration; exit code 2 if anything is')
    .argument('[file]', 'the configuration; HOLDFAST_CONFIG, or holdfast.yml')
    .option('--writes-per-second <rate>', 'price the monitor for so many new versions in each pair', rateOption)
    .option('--object-size <size>', 'with a price: mean size, such as 256KiB; 1 MiB, or as measured', sizeOption)
    .option('--kms-share <share>', 'with a price: share that is SSE-KMS without a bucket key, 0 to 1', shareOption, 0)
    .option('--measure', 'price the monitor for the writes that CloudWatch knows of', false)
    .option('--json', 'one JSON object to a line: the problems, then a summary', false)
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (given: string | undefined, options: CheckOptions) => {
      const file = given ?? (io.env['HOLDFAST_CONFIG'] || 'holdfast.yml');
      const price = await toQuestion(options, { io, connect });
      const { json } = options;
      io.exit(await checkConfigFile({ file, json, ...(price === undefined ? {} : { price }) }, io));
    });
  command
    .command('schema')
    .description('print the JSON Schema of holdfast.yml')
    .action(() => {
      io.exit(printConfigSchema(io));
    });
  return command;
}

async function toQuestion(
  { writesPerSecond, objectSize, kmsShare, measure }: CheckOptions,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<PriceQuestion | undefined> {
  const given = {
    kmsShare,
    ...(writesPerSecond === undefined ? {} : { versionsPerSecond: writesPerSecond }),
    ...(objectSize === undefined ? {} : { sizeBytes: objectSize }),
  };
  if (!measure) return writesPerSecond === undefined ? undefined : given;
  if (writesPerSecond !== undefined) {
    throw new HoldfastError('invalid-config', 'cli', 'expected either --writes-per-second or --measure');
  }
  const { writes, clock } = await connect({ concurrency: 8, onlyCurrent: () => undefined });
  return { ...given, measure: { writes, clock, signal: io.signal } };
}

function rateOption(text: string): number {
  const rate = Number(text);
  if (text.trim() === '' || !Number.isFinite(rate) || rate < 0 || rate > 1_000_000) {
    throw new InvalidArgumentError('expected a number from 0 to 1000000');
  }
  return rate;
}

function sizeOption(text: string): number {
  const sizeBytes = parseSize(text);
  if (sizeBytes === undefined) throw new InvalidArgumentError('expected a size such as 256KiB or 1.5GiB');
  return sizeBytes;
}

function shareOption(text: string): number {
  const share = Number(text);
  if (text.trim() === '' || !(share >= 0 && share <= 1))
    throw new InvalidArgumentError('expected a number from 0 to 1');
  return share;
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
