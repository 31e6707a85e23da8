import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../errors.ts';
import { durationOption, timeOption } from './duration-option.ts';
import type { Io } from './io.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { Connect } from './verify.ts';
import { waitForPair } from './wait-for-pair.ts';

interface WaitOptions {
  readonly prefix: string;
  readonly before?: Date;
  readonly timeout: number;
  readonly interval: number;
  readonly concurrency: number;
  readonly keepGoing: boolean;
  readonly deleteMarkers: boolean;
  readonly config?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Lists both buckets of each link of the pair, in both directions of a two-way pair, and looks again only at what is not there
yet. No deployed stack is needed, nothing is sampled, and no bytes are read: what S3 lists and records is compared.
Versions that no rule selects are named and not waited for; those that a rule selects and S3 never tried are not proved.

The time of a multipart upload is that of its initiation. So what was initiated before the time and is completed when it is
listed is waited for; uploads that are still open are named.

Examples:
  holdfast wait orders                                              everything that is written by now
  holdfast wait orders --prefix 2026/ --timeout 4h                  under one prefix, four hours at most
  holdfast wait orders --before 2026-11-02T08:00:00Z --json && npm run next-step

Exit code 0: everything that is to arrive has arrived; 1: a version failed, is missing or differs; 2: time-out, or something cannot be proved.
`;

/** `holdfast wait`: returns when everything that was created before a time has arrived everywhere. */
export function waitCommand(io: Io, connect: Connect): Command {
  return new Command('wait')
    .description('wait until everything created before a time is proved at every destination')
    .argument('<pair>', 'name of the pair in the configuration')
    .option('--prefix <prefix>', 'only keys that begin so', '')
    .option('--before <time>', 'with its zone, such as 2026-11-02T08:00:00Z; left out: now', timeOption)
    .addOption(durationOption('--timeout <duration>', 'give up after this time', '1h'))
    .addOption(durationOption('--interval <duration>', 'time between two looks at what is left', '10s'))
    .option('--concurrency <n>', 'versions looked at at once', positiveInteger, 32)
    .option('--keep-going', 'go on after a failed, missing or differing version', false)
    .option('--no-delete-markers', 'do not wait for delete markers')
    .option(...CONFIG_OPTION)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (pair: string, options: WaitOptions) => {
      const { timeout, interval, before, ...rest } = options;
      const config = configFile(options.config, io);
      const services = await connect({
        concurrency: options.concurrency,
        ...(config === undefined ? {} : { config }),
        onlyCurrent(reason) {
          throw new HoldfastError('access-denied', 'cli', `versions cannot be listed: ${reason}`);
        },
      });
      const times = { timeoutMs: timeout, intervalMs: interval, ...(before === undefined ? {} : { before }) };
      io.exit(await waitForPair({ pair, ...rest, ...times }, services, io));
    });
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000) {
    throw new InvalidArgumentError('expected a number from 1 to 1000');
  }
  return value;
}
