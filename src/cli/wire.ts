import { Command, Option } from 'commander';
import type { Io } from './io.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { Connect } from './verify.ts';
import { PARTS, type Verb, type WireOptions, wirePair } from './wire-pair.ts';

interface Options extends WireOptions {
  readonly config?: string;
  readonly endpoint?: string;
}

const EXAMPLES = `
Shows what it would change, and changes it with --yes. Entries of other tools are read and written back as they are. Where one of
them has an event already, S3 takes no second entry for it, and the event comes by EventBridge; replication events and lost objects
do not go there, and are named with the entry that is in the way.

Beside notifications it proposes replication metrics and a lifecycle rule for canaries, and offers Replication Time Control, which
is billed by the GB and only done where --with rtc names it.

Examples:
  holdfast wire orders                      what would be changed
  holdfast wire orders --yes                change it
  holdfast wire orders --only notifications --yes
  holdfast wire orders --with rtc           with Replication Time Control

Exit code 0: everything is wired; 1: something is still to be done, or cannot be seen; 2: something could not be read or was refused.
`;

const UNWIRE_EXAMPLES = `
Shows what it would take away, and does so with --yes: the entry of this stage, its rule, and EventBridge where wire switched it on and
nobody else listens by now. Replication metrics and lifecycle rules stay: others may count on them, and canaries still have to expire.
A bucket that is in another pair too stays wired, unless --bucket names it.

Exit code 0: nothing of Holdfast is left; 1: something is still to be taken away; 2: something could not be read or was refused.
`;

/** `holdfast wire`: buckets tell the stack of their Region what happens in them. */
export function wireCommand(io: Io, connect: Connect): Command {
  return shared(new Command('wire'), { io, connect, verb: 'wire' })
    .description('have the buckets of a pair tell the stacks, beside the entries of other tools')
    .addOption(new Option('--only <part...>', 'nothing else').choices(PARTS))
    .addOption(new Option('--with <part...>', 'what costs money by the GB').choices(['rtc']))
    .addHelpText('after', EXAMPLES);
}

/** `holdfast unwire`: the opposite, as if nothing had been. */
export function unwireCommand(io: Io, connect: Connect): Command {
  return shared(new Command('unwire'), { io, connect, verb: 'unwire' })
    .description('take away what wire has put into the buckets of a pair')
    .addHelpText('after', UNWIRE_EXAMPLES);
}

interface Around {
  readonly io: Io;
  readonly connect: Connect;
  readonly verb: Verb;
}

function shared(command: Command, around: Around): Command {
  return command
    .argument('<pair>', 'name of the pair in the configuration')
    .option('--stage <name>', 'of the stacks', 'dev')
    .option('--bucket <name...>', 'only this bucket of the pair')
    .option('--queue <arn...>', 'signals queue of a Region whose stack is in another account')
    .option('--dry-run', 'only show, whatever else is given', false)
    .option('--yes', 'do it', false)
    .option('--no-validation', 'do not have S3 try every destination: those of others get no test message')
    .option(...CONFIG_OPTION)
    .option('--endpoint <url>', 'another server than AWS; also AWS_ENDPOINT_URL')
    .option('--json', 'one JSON object to a line', false)
    .action(async (pair: string, options: Options) => {
      const { io, connect, verb } = around;
      const config = configFile(options.config, io);
      const services = await connect({
        concurrency: 4,
        ...(config === undefined ? {} : { config }),
        ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
        onlyCurrent: () => undefined, // nothing is listed
      });
      io.exit(await wirePair({ pair, options, verb }, services, io));
    });
}
