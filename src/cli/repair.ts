import { Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { OptionValue } from '../model/shell-command.ts';
import { confirmRepair } from './confirm-repair.ts';
import { timeOption } from './duration-option.ts';
import type { Io } from './io.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { RepairMode } from './repair-job.ts';
import { repairPair } from './repair-pair.ts';
import { repairScope } from './repair-scope.ts';
import { readReport } from './reported-versions.ts';
import type { Connect } from './verify.ts';

interface RepairOptions {
  readonly failed: boolean;
  readonly missing: boolean;
  readonly existing: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly prefix: string;
  readonly since?: Date;
  readonly concurrency: number;
  readonly role?: string;
  readonly reportBucket?: string;
  readonly budget?: number;
  readonly yes: boolean;
  readonly confirm?: string;
  readonly config?: string;
  readonly json: boolean;
}

const EXAMPLES = `
What is repaired, one of:
  --failed     versions that S3 has given up (status FAILED)
  --missing    versions that are not at the destination: given up, or never attempted
  --existing   versions that S3 never tried, because they are older than the rule
  --from FILE  versions that alerts, or holdfast verify, wait or repair, named in NDJSON; - is stdin

It takes three steps, and the first two replicate nothing:
  1. holdfast repair PAIR --failed                         counts, prices and shows the job
  2. holdfast repair PAIR --failed --role ARN --yes        creates the job, which waits
  3. holdfast repair PAIR --confirm JOB                    lets it run
The same command again finds the job of the same versions and shows how far it is, or why tasks of it failed.

A replica that was deleted for good, one that differs and a damaged source are nothing for a job: they are printed with what is
proved and with the commands for a person. Delete markers are not looked at. A job knows no destinations: it replicates to all
that the rules of the source name.

Whoever runs it needs s3:ListJobs; for a job also s3:CreateJob and iam:PassRole, and s3:DescribeJob and s3:UpdateJobStatus to confirm.

Examples:
  holdfast repair orders --failed --since 2026-11-01T00:00:00Z
  holdfast repair orders --missing --to orders-euw1 --prefix 2026/ --json
  holdfast repair orders --from alerts.ndjson --role arn:aws:iam::111122223333:role/repair --report-bucket ops --budget 5 --yes

Exit code 0: nothing to repair, or a job does it; 1: something is to be repaired, or tasks failed; 2: not judged, over budget or
refused.
`;

/** `holdfast repair`: what did not arrive is replicated again, by a job that a person confirms. */
export function repairCommand(io: Io, connect: Connect): Command {
  return new Command('repair')
    .description('replicate again what did not arrive, by a job that you confirm')
    .argument('<pair>', 'name of the pair in the configuration')
    .addOption(new Option('--failed', 'what S3 has given up').default(false).conflicts(['missing', 'existing', 'from']))
    .addOption(new Option('--missing', 'what is not at the destination').default(false).conflicts(['existing', 'from']))
    .addOption(new Option('--existing', 'what is older than the rule').default(false).conflicts(['from']))
    .option('--from <file>', 'what a report in NDJSON names')
    .option('--to <bucket>', 'only to this destination; the way back of a two-way pair')
    .option('--prefix <prefix>', 'only keys that begin so', '')
    .option('--since <time>', 'only versions created after it, such as 2026-11-02T08:00:00Z', timeOption)
    .option('--concurrency <n>', 'versions looked at at once', positiveInteger, 32)
    .option('--role <arn>', 'role of the job, which batchoperations.s3.amazonaws.com may assume')
    .option('--report-bucket <bucket>', 'where the job reports failed tasks, in the Region of the source')
    .option('--budget <dollars>', 'refuse a job that costs more', positiveDollars)
    .option('--yes', 'create the job, which then waits for --confirm', false)
    .option('--confirm <job>', 'let a job run that was created before')
    .option(...CONFIG_OPTION)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (pair: string, options: RepairOptions) => repair(pair, options, { io, connect }));
}

async function repair(
  pair: string,
  options: RepairOptions,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<void> {
  const mode = modeOf(options);
  const { confirm, budget, json, from, role, reportBucket, since, prefix, concurrency, yes } = options;
  if (role !== undefined && !/^arn:[^:]+:iam::\d{12}:role\/.+$/.test(role)) throw wrong('the ARN of a role', role);
  if (yes && role === undefined) throw wrong('--role with the ARN of a role for the job', 'none');
  const config = configFile(options.config, io);
  const services = await connect({
    concurrency,
    ...(config === undefined ? {} : { config }),
    onlyCurrent(reason) {
      throw new HoldfastError('access-denied', 'cli', `versions cannot be listed: ${reason}`);
    },
  });
  const scope = repairScope(services.config, pair, options.to);
  const limit = budget === undefined ? {} : { budget };
  if (confirm !== undefined) {
    io.exit(await confirmRepair({ scope, jobId: confirm, json, ...limit }, services, io));
    return;
  }
  if (mode === undefined) throw wrong('one of --failed, --missing, --existing, --from FILE and --confirm JOB', 'none');
  const reported = from === undefined ? {} : { reported: await readReport(from, io) };
  const asked = {
    scope,
    mode,
    selection: { prefix, concurrency, ...(since === undefined ? {} : { since }) },
    ...reported,
    ...(role === undefined ? {} : { role }),
    ...(reportBucket === undefined ? {} : { report: { bucket: reportBucket, prefix: `holdfast-repair/${pair}` } }),
    ...limit,
    yes,
    json,
    options: optionsOf(mode, options),
  };
  io.exit(await repairPair(asked, services, io));
}

function modeOf({ failed, missing, existing, from, confirm }: RepairOptions): RepairMode | undefined {
  const mode = failed
    ? 'failed'
    : missing
      ? 'missing'
      : existing
        ? 'existing'
        : from === undefined
          ? undefined
          : 'from';
  if (mode !== undefined && confirm !== undefined) throw wrong('--confirm by itself', `--${mode} with it`);
  return mode;
}

/** What names the versions: the next step needs the same. */
function optionsOf(
  mode: RepairMode,
  { from, to, prefix, since, config }: RepairOptions,
): Readonly<Record<string, OptionValue>> {
  return {
    [mode]: mode === 'from' ? from : true,
    to,
    prefix: prefix === '' ? undefined : prefix,
    since: since?.toISOString(),
    config,
  };
}

function wrong(expected: string, got: string): HoldfastError {
  return new HoldfastError('invalid-config', 'cli', `expected ${expected}, got ${got}`);
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000) {
    throw new InvalidArgumentError('expected a number from 1 to 1000');
  }
  return value;
}

function positiveDollars(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected dollars, such as 5 or 0.50');
  return value;
}
