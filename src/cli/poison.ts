import { Command } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import { type AsidePlace, LANES } from '../model/set-aside.ts';
import { durationOption } from './duration-option.ts';
import type { Io } from './io.ts';
import { listAside, replayAside, showAside } from './poison-verbs.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

interface Options {
  readonly stage: string;
  readonly region?: readonly string[];
  readonly deadLetters: boolean;
  readonly olderThan?: number;
  readonly limit?: number;
  readonly yes?: boolean;
  readonly config?: string;
  readonly endpoint?: string;
  readonly json: boolean;
}

/** What all three verbs are told. */
export interface AsideQuestion {
  readonly places: readonly AsidePlace[];
  readonly stage: string;
  readonly before?: Date;
  readonly json: boolean;
}

const EXAMPLES = `
A record that no function can read is set aside with the reason, so that it neither blocks the others nor gets lost. A message that
could be read and whose work failed five times is a dead letter of its lane (--dead-letters). Both are kept for 14 days.

While they are listed they are hidden from others for seconds; an interrupted run gives them back, a killed one after a minute.

Examples:
  holdfast poison list                          in every Region of holdfast.yml
  holdfast poison show 5d0c3fe2-…               the record itself
  holdfast poison replay --yes                  to the signals lane again, after what was wrong is repaired
  holdfast poison list --dead-letters
  holdfast poison replay --dead-letters --yes   each to the lane it comes from

Exit code 0: nothing is set aside, or what was asked is done; 1: something is set aside; 2: a queue could not be looked into.
`;

/** `holdfast poison`: what the functions of the stacks could not read, and their dead letters. */
export function poisonCommand(io: Io, connect: Connect): Command {
  const around = { io, connect };
  return new Command('poison')
    .description('list, show and send again what the functions could not read, and dead letters')
    .addHelpText('after', EXAMPLES)
    .addCommand(
      verb('list', around, async (services, { question, options }) =>
        listAside({ ...question, limit: options.limit ?? DEFAULT_LIMIT }, services, io),
      )
        .description('what is set aside: the reason, since when, and what it is about')
        .option('--limit <n>', `at most so many of each queue (default: ${DEFAULT_LIMIT})`, parseLimit),
    )
    .addCommand(
      verb('show', around, async (services, { question, ids }) => showAside({ ...question, ids }, services, io))
        .description('the records themselves, as they came')
        .argument('<id...>', 'of the messages, as list gives them'),
    )
    .addCommand(
      verb('replay', around, async (services, { question, options, ids }) =>
        replayAside({ ...question, ids, yes: options.yes === true }, services, io),
      )
        .description('send them to their lane again; without --yes only say what would be sent')
        .argument('[id...]', 'of the messages; all')
        .option('--yes', 'do it', false),
    );
}

const DEFAULT_LIMIT = 100;

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new HoldfastError('invalid-config', 'cli', `expected a number above 0 for --limit, got ${text}`);
}

interface Asked {
  readonly question: AsideQuestion;
  readonly options: Options;
  readonly ids: readonly string[];
}

function verb(
  name: string,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
  run: (services: Services, asked: Asked) => Promise<0 | 1 | 2>,
): Command {
  const command = new Command(name)
    .option('--stage <name>', 'of the deployed stacks', 'dev')
    .option('--region <region...>', 'only there; every Region of the configuration')
    .option('--dead-letters', 'those of all lanes, instead of unreadable records', false)
    .addOption(durationOption('--older-than <duration>', 'only what was sent before that', '1s').default(undefined))
    .option(...CONFIG_OPTION)
    .option('--endpoint <url>', 'another server than AWS; also AWS_ENDPOINT_URL')
    .option('--json', 'one JSON object to a line', false);
  return command.action(async () => {
    const options: Options = command.opts();
    const config = configFile(options.config, io);
    const services = await connect({
      concurrency: 4,
      ...(config === undefined ? {} : { config }),
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      onlyCurrent: () => undefined, // nothing is listed
    });
    const question = toQuestion(options, services);
    io.exit(await run(services, { question, options, ids: command.args }));
  });
}

function toQuestion({ stage, region, deadLetters, olderThan, json }: Options, services: Services): AsideQuestion {
  const queues = deadLetters ? LANES : (['poison'] as const);
  const regions = region ?? regionsOf(services.config);
  if (regions.length === 0) {
    const message = 'expected a configuration with pairs, or --region, got neither';
    throw new HoldfastError('invalid-config', 'cli', message);
  }
  return {
    places: regions.flatMap((each) => queues.map((queue) => ({ region: each, queue }))),
    stage,
    ...(olderThan === undefined ? {} : { before: new Date(services.clock.now().getTime() - olderThan) }),
    json,
  };
}

function regionsOf({ pairs }: Config): readonly string[] {
  const buckets = pairs.flatMap(({ source, destinations }) => [source, ...destinations]);
  return [...new Set(buckets.map(({ region }) => region))].toSorted();
}
