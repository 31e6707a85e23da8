import { type Command, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import { SEVERITIES, type Severity } from '../model/action.ts';
import { alertCommand, type AlertOptions, type AlertWork, askRegions } from './alert-place.ts';
import { parseDurationOption } from './duration-option.ts';
import { type ExitCode, type Io, worse } from './io.ts';
import { printable } from './printable.ts';
import { renderTrial, toTrialRecord, verdictOf } from './render-trial.ts';
import { tryTopic } from './try-topic.ts';
import type { Connect } from './verify.ts';

interface Options extends AlertOptions {
  readonly wait: number;
  readonly severity: Severity;
  readonly pair?: string;
  readonly listen: boolean;
  readonly dryRun: boolean;
}

const EXAMPLES = `
Publishes a notice that is marked as a test (title, text, data.test, attribute test) to the topic of every Region with a stack, so
whoever is subscribed gets it. Lists every subscription, whether it is confirmed, and what its filter policy lets through. That the
test arrived is proved by what SNS has counted, which takes some minutes, or with --listen by finding it in the queues that are
subscribed: messages are held for a moment and given back, and count as received once more.

Examples:
  holdfast test-alert --dry-run                   who would hear of what; nothing is sent
  holdfast test-alert --stage prod                a critical test to everybody
  holdfast test-alert --severity warning --pair orders --listen

Exit code 0: every critical alert reaches somebody, and the test arrived; 1: there are critical alerts that nobody would get, or a
delivery failed; 2: not known.
`;

/** `holdfast test-alert`: proves every topic and subscription from end to end. */
export function testAlertCommand(io: Io, connect: Connect): Command {
  return alertCommand<Options>('test-alert', { io, connect }, async (work) => tryAll(work))
    .description('send a marked test alert and show who gets it, who does not, and what nobody hears of')
    .addHelpText('after', EXAMPLES)
    .addOption(new Option('--severity <severity>', 'of the test').choices(SEVERITIES).default('critical'))
    .option('--pair <name>', 'as if it were about this pair')
    .addOption(
      new Option('--wait <duration>', 'how long to wait for a proof')
        .argParser(parseDurationOption)
        .default(5 * 60_000, '5m'),
    )
    .option('--listen', 'look for the test in the queues that are subscribed', false)
    .option('--dry-run', 'send nothing', false);
}

async function tryAll({ question, options, services, io }: AlertWork<Options>): Promise<ExitCode> {
  const { pairs } = services.config;
  const pair = pairs.find(({ name }) => name === options.pair);
  if (options.pair !== undefined && pair === undefined) {
    const known = pairs.map(({ name }) => name).join(', ');
    throw new HoldfastError('invalid-config', 'cli', `there is no pair ${options.pair}; there are ${known}`);
  }
  const { stage, json } = question;
  const { severity, wait: waitMs, listen, dryRun } = options;
  const answers = await askRegions(question, async (region) =>
    tryTopic(
      { stage, region, severity, waitMs, listen, dryRun, pairs, ...(pair === undefined ? {} : { pair }) },
      { topics: services.stack(stage).topics, clock: services.clock, wait: services.wait, signal: io.signal },
    ),
  );
  let code: ExitCode = 0;
  for (const answer of answers) {
    if ('unknown' in answer) {
      io.stderr.write(`${answer.region}: ${printable(answer.unknown)}\n`);
      code = worse(code, 2);
      continue;
    }
    code = worse(code, verdictOf(answer.value));
    io.stdout.write(json ? `${JSON.stringify(toTrialRecord(answer.value))}\n` : renderTrial(answer.value));
  }
  return code;
}
