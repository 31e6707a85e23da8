import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { AuditQuestion } from '../model/audit-records.ts';
import { auditPair } from './audit-pair.ts';
import { auditAtRest } from './audit-at-rest.ts';
import { READING_OPTIONS, type ReadingOptions, toContentPlan } from './audit-reading.ts';
import { SHELF_OPTIONS, type ShelfOptions } from './audit-shelf.ts';
import { quotePair } from './audit-quote.ts';
import { durationOption, timeOption } from './duration-option.ts';
import { openInventories } from './inventory-listings.ts';
import type { Io } from './io.ts';
import { measuredGap } from './measured-gap.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

interface AuditOptions extends ShelfOptions, ReadingOptions {
  readonly prefix: string;
  readonly since?: Date;
  readonly versions: boolean;
  readonly quote: boolean;
  readonly budget?: number;
  readonly out?: string;
  readonly gap: number;
  readonly stage: string;
  readonly grace?: number;
  readonly ceiling: number;
  readonly ranges: number;
  readonly concurrency: number;
  readonly here?: string;
  readonly inventory?: readonly string[];
  readonly config?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Both buckets are listed at the same time. What the listings show alike is proved as S3 recorded it; everything else is looked at
twice, some minutes apart, with the checks of the functions, and only what both looks show is a finding. Lifecycle rules, rules
that do not select an object, and versions on their way are no findings: they are counted.

--content reads bytes, on both sides: all, a sample of --share, or by age: each version once in --every, where an audit runs once
in every --period; the age in the rule of a prefix goes before --every.

--by compute-checksum lets S3 read, in a job for each bucket: archived objects too, and without a restore. The first run shows jobs
and prices, --yes creates them, and the same command audits with their reports when they are complete. Where we read, archived
objects are only counted, unless --restore-budget says what their restores may cost: the next audit reads them.

--inventory compares what S3 Inventory delivered for both buckets instead of listing them; what differs is looked at as it is now.

--out FOLDER keeps what is done: a run that was killed, or stopped by its budget, goes on with the same command. It also gets the
report, and its page for browsers. --store puts a copy of both into a bucket, and never over the report of another audit; with --lock
nobody can change or delete it before --lock-for has passed.

Examples:
  holdfast audit orders --quote                                    what it takes and costs; lists one side, and nothing else
  holdfast audit orders --versions --out audit-2026-11
  holdfast audit orders --content sample --share 1% --budget 5 --out audit-2026-11
  holdfast audit orders --out audit-2026-11 --store s3://audits/orders/2026-11 --lock governance --lock-for 365d
  holdfast audit orders --content all --by compute-checksum --out audit-2026-11
  holdfast verify-report audit-2026-11/report.ndjson

Exit code 0: everything is as it should be; 1: something is violated; 2: not judged, not finished, refused.
`;

/** `holdfast audit`: whether every object of a pair is present and the same. */
export function auditCommand(io: Io, connect: Connect): Command {
  const command = new Command('audit')
    .description('prove a whole bucket pair, with a report')
    .argument('<pair>', 'name of the pair in the configuration')
    .option('--prefix <prefix>', 'only keys that begin so', '')
    .option('--since <time>', 'only what was last modified then or later, such as 2026-11-02T08:00:00Z', timeOption)
    .option('--versions', 'noncurrent versions and delete markers too', false)
    .option('--quote', 'say what it would take and cost, and end', false)
    .option('--budget <dollars>', 'stop when so much is spent', positiveDollars)
    .option('--out <folder>', 'where the report is written, and what is done is kept')
    .addOption(
      durationOption(
        '--gap <duration>',
        'least time between two looks at a difference; left out: as long as replicas took on the last day (p99), from 2m to 1h',
        '2m',
      ),
    )
    .addOption(
      durationOption(
        '--grace <duration>',
        'age from which a version has to be there; left out: that of the last look',
        '1d',
      ),
    )
    .option('--ceiling <n>', 'differences at which it stops', positiveInteger, 100_000)
    .option('--ranges <n>', 'stretches of keys listed at once', positiveInteger, 8)
    .option('--concurrency <n>', 'versions looked at at once', positiveInteger, 32)
    .option(
      '--inventory <manifest...>',
      's3://…/manifest.json of the inventories of both buckets, in CSV: instead of listing',
    )
    .option('--stage <name>', 'of the stack that measures how long replicas take', 'dev')
    .option('--here <region>', 'Region in which this runs; left out: outside of AWS')
    .option(...CONFIG_OPTION)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (pair: string, options: AuditOptions) => {
      const [hasGrace, hasGap] = [isGiven(command, 'grace'), isGiven(command, 'gap')];
      await audit({ pair, options, hasGrace, hasGap }, { io, connect });
    });
  for (const option of [...READING_OPTIONS, ...SHELF_OPTIONS]) command.addOption(option);
  return command;
}

function isGiven(command: Command, name: string): boolean {
  return command.getOptionValueSource(name) !== 'default';
}

interface AskedAudit {
  readonly pair: string;
  readonly options: AuditOptions;
  readonly hasGrace: boolean;
  readonly hasGap: boolean;
}

async function audit(
  { pair, options, hasGrace, hasGap }: AskedAudit,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
): Promise<void> {
  const { budget, out, ranges, concurrency, ceiling, here, json, since, grace } = options;
  const config = configFile(options.config, io);
  const services = await connect({
    concurrency: Math.max(concurrency, ranges),
    ...(config === undefined ? {} : { config }),
    onlyCurrent(reason) {
      throw new HoldfastError('access-denied', 'cli', `versions cannot be listed: ${reason}`);
    },
  });
  const question: AuditQuestion = {
    pair,
    prefix: options.prefix,
    versions: options.versions,
    content: toContentPlan(options, pair, services),
    gapMs: hasGap ? options.gap : await measuredGap({ pair, ...options }, services, io),
    ...(options.by === 'reading' ? {} : { by: options.by }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(hasGrace && grace !== undefined ? { graceMs: grace } : {}),
  };
  const manner = {
    ranges,
    concurrency,
    ceiling,
    json,
    ...(budget === undefined ? {} : { budget }),
    ...(here === undefined ? {} : { here }),
  };
  const world = options.inventory === undefined ? services : await withInventories(options, services, io);
  if (options.quote) io.exit(await quotePair({ question, ...manner }, services, io));
  else {
    const { restoreBudget: limit, restoreDays: days } = options;
    const restore = limit === undefined ? {} : { restore: { budget: limit, days } };
    const asked = {
      question,
      ...manner,
      ...restore,
      stage: options.stage,
      shelf: options,
      ...(out === undefined ? {} : { out }),
    };
    if (question.by === undefined) io.exit(await auditPair(asked, world, io));
    else io.exit(await auditAtRest(asked, options, { services: world, io }));
  }
}

/** The same services, with the listings of another day; what differs is looked at as it is now. */
async function withInventories(
  { inventory = [], prefix, versions, quote }: AuditOptions,
  services: Services,
  io: Io,
): Promise<Services> {
  const problem = quote ? '--quote' : prefix === '' ? undefined : '--prefix';
  if (problem !== undefined) {
    throw new HoldfastError('invalid-config', 'cli', `option ${problem} cannot be used with --inventory`);
  }
  const listings = await openInventories(inventory, { versions, services, call: { signal: io.signal } });
  return { ...services, listings };
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 10_000_000) {
    throw new InvalidArgumentError('expected a whole number from 1');
  }
  return value;
}

function positiveDollars(text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected dollars, such as 5 or 0.50');
  return value;
}
