import { Command, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import { alertCommand, type AlertOptions } from './alert-place.ts';
import { closeAlert, listAlerts, showAlert } from './alert-verbs.ts';
import { parseDurationOption } from './duration-option.ts';
import type { Io } from './io.ts';
import type { Connect } from './verify.ts';

interface ListOptions extends AlertOptions {
  readonly open: boolean;
  readonly all: boolean;
  readonly since?: number;
}

interface ShowOptions extends AlertOptions {
  readonly cases: number;
}

interface CloseOptions extends AlertOptions {
  readonly reason: string;
}

const EXAMPLES = `
An alert is about a cause (code, pair or bucket, reason, key), never about one object: its cases are listed by show.

Examples:
  holdfast alerts                                what is open, in every Region with a stack
  holdfast alerts --all --since 2d               what is noted and resolved too, with a case in the last two days
  holdfast alerts show 4f1d2c...                 one cause: its cases, what to do, what people were told
  holdfast alerts close 4f1d2c... --reason 'the bucket is being retired'

Exit code 0: nothing is open, or what was asked is done; 1: something is open; 2: a ledger cannot be read, or there is no such alert.
`;

/** How many cases are shown unless more are asked for. */
const CASES = 50;

/** `holdfast alerts`: what is open, and everything that is known about it. */
export function alertsCommand(io: Io, connect: Connect): Command {
  const around = { io, connect };
  const list = alertCommand<ListOptions>('list', around, async ({ options, ...work }) =>
    listAlerts({ ...work, all: options.all, ...(options.since === undefined ? {} : { sinceMs: options.since }) }),
  )
    .description('what is open; the default')
    .addOption(new Option('--open', 'only what is open; the default').default(false).conflicts('all'))
    .option('--all', 'what is noted, and what was resolved in the last 30 days, too', false)
    .addOption(
      new Option('--since <duration>', 'only causes with a case in that time, such as 2d').argParser(
        parseDurationOption,
      ),
    );
  const show = alertCommand<ShowOptions>('show', around, async ({ options, args: [fingerprint = ''], ...work }) =>
    showAlert({ ...work, fingerprint, cases: options.cases }),
  )
    .description('one cause: its cases, what to do, and what people were told')
    .argument('<fingerprint>', 'of the cause, or its beginning')
    .addOption(new Option('--cases <n>', 'at most so many cases').argParser(parseCases).default(CASES));
  const close = alertCommand<CloseOptions>('close', around, async ({ options, args: [fingerprint = ''], ...work }) =>
    closeAlert({ ...work, fingerprint, reason: options.reason }),
  )
    .description('say that it is over; a case that comes later opens it again')
    .argument('<fingerprint>', 'of the cause, or its beginning')
    .requiredOption('--reason <text>', 'why, for those who hear of it');
  return new Command('alerts')
    .description('list, show and close alerts')
    .addHelpText('after', EXAMPLES)
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addCommand(close);
}

function parseCases(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new HoldfastError('invalid-config', 'cli', `expected a number of cases, got ${text}`);
}
