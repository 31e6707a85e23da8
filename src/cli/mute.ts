import { type Command, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Mute } from '../model/alert-state.ts';
import { FINDING_CODES, type FindingCode } from '../model/finding.ts';
import { nearest } from '../config/nearest.ts';
import { bucketsOf } from '../policy/maintenance.ts';
import { mutedUntil } from '../policy/mutes.ts';
import { alertCommand, type AlertOptions, type AlertWork, askRegions } from './alert-place.ts';
import { readShelves, whoever } from './alert-verbs.ts';
import { formatDuration, parseDurationOption } from './duration-option.ts';
import { type ExitCode, type Io, worse } from './io.ts';
import { printable } from './printable.ts';
import type { Connect } from './verify.ts';

/** What is muted; together they narrow it. */
interface Selection {
  readonly code?: string;
  readonly pair?: string;
  readonly bucket?: string;
}

interface MuteOptions extends AlertOptions, Selection {
  readonly for: number;
  readonly reason: string;
}

/** Longest mute, in milliseconds: what nobody wants to hear for longer belongs into the configuration. */
const LONGEST_MS = 31 * 86_400_000;

const CODES: readonly FindingCode[] = Object.values(FINDING_CODES).flat();

const MUTE_EXAMPLES = `
What is muted is counted and not told. What is still open when the mute ends is told then. The same selection again replaces it.

Examples:
  holdfast mute 4f1d2c... --for 4h --reason 'known, ticket 812'
  holdfast mute --pair orders --for 2h --reason 'load test'
  holdfast mute --code kms-throttled --bucket orders-use1 --for 1d --reason 'quota increase requested'
  holdfast mutes
  holdfast unmute --pair orders

Windows that are known long before belong into the configuration: alerts.maintenance.

Exit code 0: done; 2: bad usage, or a ledger cannot be written.
`;

/** `holdfast mute`: for a time nobody hears of it. */
export function muteCommand(io: Io, connect: Connect): Command {
  return selecting(
    alertCommand<MuteOptions>('mute', { io, connect }, async (work) => mute(work))
      .description('count alerts for a time without telling anybody')
      .addHelpText('after', MUTE_EXAMPLES)
      .addOption(
        new Option('--for <duration>', 'how long, such as 4h; at most 31d')
          .argParser(parseDurationOption)
          .makeOptionMandatory(),
      )
      .requiredOption('--reason <text>', 'why, for whoever asks later'),
  );
}

/** `holdfast unmute`: it is told again from now on. */
export function unmuteCommand(io: Io, connect: Connect): Command {
  return selecting(
    alertCommand<AlertOptions & Selection>('unmute', { io, connect }, async (work) => unmute(work)).description(
      'end a mute: the same selection as that of mute',
    ),
  );
}

/** `holdfast mutes`: which there are. */
export function mutesCommand(io: Io, connect: Connect): Command {
  return alertCommand<AlertOptions>('mutes', { io, connect }, async (work) => listMutes(work)).description(
    'list mutes that have not ended',
  );
}

function selecting(command: Command): Command {
  return command
    .argument('[fingerprint]', 'of one alert; otherwise say what with the options below')
    .option('--code <code>', 'findings with this code')
    .option('--pair <name>', 'what is about this pair or its buckets')
    .option('--bucket <name>', 'what is about this bucket');
}

async function mute({ question, options, services, io, args }: AlertWork<MuteOptions>): Promise<ExitCode> {
  if (options.for > LONGEST_MS || options.reason.trim() === '') {
    const message = 'expected --for of at most 31d, and a --reason';
    throw new HoldfastError('invalid-config', 'cli', message);
  }
  const target = toTarget(args, options, services.config);
  const now = services.clock.now();
  const until = new Date(now.getTime() + options.for);
  const put: Mute = { ...target, until, by: whoever(io.env), reason: options.reason };
  const answers = await askRegions(question, async (region) => {
    const states = services.stack(question.stage).statesIn(region);
    await states.putMute(put, { signal: io.signal });
    const open = (await states.list({ signal: io.signal })).filter(({ phase }) => phase === 'open');
    return open.filter((state) => mutedUntil(state, [put], now) !== undefined).length;
  });
  let code: ExitCode = 0;
  for (const answer of answers) {
    if ('unknown' in answer) {
      io.stderr.write(`${answer.region}: not muted: ${printable(answer.unknown)}\n`);
      code = worse(code, 2);
      continue;
    }
    const { region, value: open } = answer;
    if (question.json) io.stdout.write(`${JSON.stringify({ kind: 'mute', region, open, ...put })}\n`);
    else {
      const which = open === 1 ? '1 open alert' : `${open} open alerts`;
      io.stdout.write(`${region}: ${target.id} is muted for ${formatDuration(options.for)}; ${which} now\n`);
    }
  }
  return code;
}

async function unmute({
  question,
  options,
  services,
  io,
  args,
}: AlertWork<AlertOptions & Selection>): Promise<ExitCode> {
  const { id } = toTarget(args, options, services.config);
  const answers = await askRegions(question, async (region) =>
    services.stack(question.stage).statesIn(region).removeMute(id, { signal: io.signal }),
  );
  let code: ExitCode = answers.some((answer) => 'value' in answer && answer.value) ? 0 : 2;
  for (const answer of answers) {
    if ('unknown' in answer) {
      io.stderr.write(`${answer.region}: ${printable(answer.unknown)}\n`);
      code = 2;
    } else if (question.json) {
      io.stdout.write(`${JSON.stringify({ kind: 'unmute', region: answer.region, id, ended: answer.value })}\n`);
    } else io.stdout.write(`${answer.region}: ${id} ${answer.value ? 'is told again' : 'was not muted'}\n`);
  }
  return code;
}

async function listMutes({ question, services, io }: AlertWork<AlertOptions>): Promise<ExitCode> {
  const now = services.clock.now();
  const shelves = await readShelves({ question, services, io });
  for (const shelf of shelves) {
    if ('unknown' in shelf) continue;
    const { region, value } = shelf;
    if (question.json) {
      for (const each of value.mutes) io.stdout.write(`${JSON.stringify({ kind: 'mute', region, ...each })}\n`);
      continue;
    }
    io.stdout.write(`${region}: ${value.mutes.length === 0 ? 'nothing is muted' : `${value.mutes.length} muted`}\n`);
    for (const { id, from, until, by, reason } of value.mutes) {
      const left = formatDuration(until.getTime() - now.getTime());
      const begins = from !== undefined && from > now ? `from ${from.toISOString()} ` : '';
      io.stdout.write(
        `${printable(`  ${id}  ${begins}until ${until.toISOString()} (${left} left), by ${by}: ${reason}`)}\n`,
      );
    }
  }
  return shelves.some((shelf) => 'unknown' in shelf) ? 2 : 0;
}

/** What is muted, under an id that the same selection always has. */
function toTarget(
  [fingerprint]: readonly string[],
  { code, pair, bucket }: Selection,
  { pairs }: AlertWork<unknown>['services']['config'],
): Omit<Mute, 'until' | 'by' | 'reason'> {
  const problems = [
    ...(fingerprint === undefined && code === undefined && pair === undefined && bucket === undefined
      ? ['a fingerprint, --code, --pair or --bucket']
      : []),
    ...(fingerprint === undefined || /^[0-9a-f]{32}$/.test(fingerprint)
      ? []
      : ['a whole fingerprint of 32 characters: see holdfast alerts']),
    ...(code === undefined || CODES.some((known) => known === code) ? [] : [`a finding code${hint(code, CODES)}`]),
    ...(pair === undefined || pairs.some(({ name }) => name === pair)
      ? []
      : [
          `a pair of the configuration${hint(
            pair,
            pairs.map(({ name }) => name),
          )}`,
        ]),
  ];
  if (problems.length > 0) throw new HoldfastError('invalid-config', 'cli', `expected ${problems.join('; ')}`);
  const named = { fingerprint, code, pair, bucket };
  const id = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  return {
    id: id.join('+'),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(code === undefined ? {} : { code }),
    ...(pair === undefined ? {} : { pair, buckets: bucketsOf(pair, { pairs }) }),
    ...(bucket === undefined ? {} : { bucket }),
  };
}

function hint(typed: string, known: readonly string[]): string {
  const guess = nearest(typed, known);
  return guess === undefined ? `, not ${typed}` : `: did you mean ${guess}?`;
}
