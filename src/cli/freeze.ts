import { Command, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import { formatDuration, parseDurationOption } from './duration-option.ts';
import type { Io } from './io.ts';
import { aheadOption, connectToMrap, MRAP_ARGUMENT, type MrapOptions } from './mrap-options.ts';
import { CONFIG_OPTION } from './pair-options.ts';
import { printable } from './printable.ts';
import type { Connect } from './verify.ts';

interface FreezeOptions extends MrapOptions {
  readonly for?: number;
  readonly reason?: string;
  readonly off: boolean;
}

const EXAMPLES = `
While it lasts nobody changes the routes of the access point with Holdfast: it advises, and a person who wants a change lifts the
freeze first. Every freeze has an end; of the same reason the latest counts.

Examples:
  holdfast freeze orders --for 2h --reason 'load test in eu-west-1'
  holdfast freeze orders --off             ends all of them, those of Holdfast itself too
  holdfast routes orders                   which there are

Exit code 0: done; 2: bad usage, or the steering ledger cannot be reached.
`;

/** `holdfast freeze`: for a time nothing switches by itself. */
export function freezeCommand(io: Io, connect: Connect): Command {
  return new Command('freeze')
    .description('let no routes be changed automatically for a time')
    .argument(...MRAP_ARGUMENT)
    .addOption(new Option('--for <duration>', 'how long, such as 2h').argParser(parseDurationOption).conflicts('off'))
    .addOption(new Option('--reason <text>', 'why, in one sentence for those who read it').conflicts('off'))
    .option('--off', 'end every freeze now', false)
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option(...CONFIG_OPTION)
    .addOption(aheadOption())
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: FreezeOptions) => {
      const { off, for: forMs, reason, stage, json } = options;
      const { mrap, services } = await connectToMrap(name, options, { io, connect });
      const { freezes } = services.stack(stage).routing;
      const say = (text: string, record: object): void =>
        io.stdout.write(json ? `${JSON.stringify({ mrap: mrap.name, ...record })}\n` : `${text}\n`);
      if (off) {
        const lifted = await freezes.lift(mrap.name, { signal: io.signal });
        const ended = lifted === 1 ? '1 freeze has' : `${lifted} freezes have`;
        say(`${mrap.name}: ${lifted === 0 ? 'nothing was frozen' : `${ended} ended`}`, { kind: 'thaw', lifted });
        return;
      }
      if (forMs === undefined || reason === undefined || reason.trim() === '')
        throw new HoldfastError('invalid-config', 'cli', 'expected --for DURATION and --reason TEXT, or --off');
      const until = new Date(services.clock.now().getTime() + forMs);
      const by = io.env['USER'] ?? 'a person';
      await freezes.put(mrap.name, { reason, by, until }, { signal: io.signal });
      say(
        `${mrap.name}: nothing is switched automatically for ${formatDuration(forMs)}, until ${until.toISOString()}: ${printable(reason)}`,
        { kind: 'freeze', reason, by, until },
      );
    });
}
