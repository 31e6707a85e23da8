import { Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Config, MrapConfig } from '../model/config.ts';
import { createLogTally, isAsked, type LogQuestion } from '../policy/log-summary.ts';
import { timeOption } from './duration-option.ts';
import { readFindings } from './explain-findings.ts';
import type { Io } from './io.ts';
import { parseObjectUrl } from './object-url.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import { renderLogs, toLogRecords } from './render-logs.ts';
import { LOG_CONCURRENCY, scanLogs } from './scan-logs.ts';
import type { Connect } from './verify.ts';

interface Options {
  readonly bucket: readonly string[];
  readonly key: readonly string[];
  readonly findings?: string;
  readonly mrap?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly top: number;
  readonly atMost: number;
  readonly region?: string;
  readonly endpoint?: string;
  readonly config?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Reads server access logs and files of CloudTrail, compressed or not, from buckets and local folders, and says
  - which prefixes S3 or KMS throttled,
  - which uploads S3 refused because their bytes did not fit their digest: no event tells of those,
  - who removed what, a lifecycle rule included,
  - with --key, everything that was done to an object that is missing or changed,
  - with --findings, which request is behind each finding of a report: who removed, hid or overwrote it, or was refused,
  - with --mrap, who reads and writes past the access point, and every change of its routes.
For more files than --at-most use the tables and queries for Athena (docs/logs.md).

Examples:
  holdfast logs s3://my-logs/orders-use1/2026-11-21 --bucket orders-use1
  holdfast logs ./logs --key 's3://orders-use1/invoices/42.pdf'
  holdfast logs s3://my-logs/orders-euw1/ --findings audit-2026-11/report.ndjson
  holdfast logs s3://my-trail/AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/ --mrap orders --json

Exit code 0: every line was read; 2: some could not be read, or there was nothing to read.
`;

/** `holdfast logs`: what server access logs and CloudTrail know about throttles, refusals, removals and detours. */
export function logsCommand(io: Io, connect: Connect): Command {
  return new Command('logs')
    .description('what access logs and CloudTrail say about throttles, refused uploads, removals and detours')
    .argument('<place...>', 's3://bucket/prefix, a file or a folder with logs')
    .option('--bucket <name>', 'only requests to this bucket; may be repeated', collect, [])
    .option('--key <url>', 's3://bucket/key whose history is wanted; may be repeated', collect, [])
    .addOption(
      new Option('--findings <file>', 'a report or alerts, or - for stdin: who is behind each finding').conflicts([
        'key',
        'mrap',
      ]),
    )
    .option('--mrap <name>', 'an access point of the configuration: who goes around it, and its route changes')
    .option('--since <time>', 'only requests from then on', timeOption)
    .option('--until <time>', 'only requests before', timeOption)
    .option('--top <n>', 'groups of each kind that are shown', positive, 10)
    .option('--at-most <n>', 'files that are read; more are refused before anything is read', positive, 10_000)
    .option('--region <name>', 'Region of the buckets with logs; found by itself')
    .option('--endpoint <url>', 'an S3-compatible server; also AWS_ENDPOINT_URL')
    .option(...CONFIG_OPTION)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (places: readonly string[], options: Options) => logs(places, options, { io, connect }));
}

async function logs(
  places: readonly string[],
  options: Options,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<void> {
  const config = configFile(options.config, io);
  const services = await connect({
    concurrency: LOG_CONCURRENCY,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(config === undefined ? {} : { config }),
    onlyCurrent: () => undefined, // nothing else is read
  });
  const scan = { places, atMost: options.atMost };
  const { findings, json } = options;
  if (findings !== undefined) {
    const asked = await readFindings(findings, io);
    const isMeant = isAsked(toQuestion(options, services.config));
    const coverage = await scanLogs(
      { ...scan, add: (record) => isMeant(record) && asked.add(record) },
      { services, io },
    );
    io.stdout.write(asked.answer(coverage, json));
    return;
  }
  const tally = createLogTally(toQuestion(options, services.config));
  const coverage = await scanLogs({ ...scan, add: tally.add }, { services, io });
  const summary = tally.summary();
  io.stdout.write(
    json
      ? toLogRecords(summary, coverage)
          .map((record) => `${JSON.stringify(record)}\n`)
          .join('')
      : renderLogs(summary, coverage, options.top),
  );
}

function toQuestion({ bucket, key, mrap, since, until }: Options, config: Config): LogQuestion {
  return {
    buckets: bucket,
    keys: key.map((url) => parseObjectUrl(url)),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(mrap === undefined ? {} : { accessPoint: accessPointOf(mrap, config) }),
  };
}

function accessPointOf(name: string, config: Config): NonNullable<LogQuestion['accessPoint']> {
  const mrap = config.mraps.find((each: MrapConfig) => each.name === name);
  if (mrap === undefined) {
    const known = config.mraps.map((each) => each.name).join(', ') || 'none';
    throw new HoldfastError(
      'invalid-config',
      'cli',
      `expected an access point of the configuration (${known}), got '${name}'`,
    );
  }
  const pairs = config.pairs.filter((pair) => mrap.pairs.includes(pair.name));
  const buckets = pairs.flatMap(({ source, destinations }) => [source, ...destinations].map((each) => each.bucket));
  return { arn: mrap.arn, buckets: [...new Set(buckets)] };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a number from 1');
  return value;
}
