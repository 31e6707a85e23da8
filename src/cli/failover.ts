import { Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { AcceptedLoss } from '../model/routing.ts';
import { planFailover } from '../policy/route-plan.ts';
import { carryOut } from './carry-out.ts';
import { durationOption } from './duration-option.ts';
import type { Io } from './io.ts';
import { aheadOption, connectToMrap, MRAP_ARGUMENT, type MrapOptions } from './mrap-options.ts';
import { CONFIG_OPTION } from './pair-options.ts';
import { reportRoutes } from './route-report.ts';
import type { Connect } from './verify.ts';

interface FailoverOptions extends MrapOptions {
  readonly to: string;
  readonly away?: string;
  readonly acceptLoss?: AcceptedLoss;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly wait: number;
}

const EXAMPLES = `
Shows what would change, what would be lost, how old that knowledge is and every guard's answer, then asks for the name of the
access point. Nothing is changed before it is typed, or with --dry-run. The routes alone are changed: no object, no rule.

Two guards can be answered for by a person: an RPO over budget and an unknown backlog, by saying how many versions may be lost,
or "unknown". No option overrides the others.

Afterwards it waits until reads through the access point prove that the traffic goes elsewhere, and says both times: accepted
and effective. S3 takes about two minutes.

Examples:
  holdfast failover orders --to eu-west-1 --dry-run
  holdfast failover orders --to eu-west-1
  holdfast failover orders --to eu-west-1 --accept-loss 12 --yes

Exit code 0: effective, or allowed with --dry-run, or so already; 1: refused, or accepted and not proved in time; 2: not done,
bad usage, or nothing could be asked.
`;

/** `holdfast failover`: a person lets another Region have the traffic. */
export function failoverCommand(io: Io, connect: Connect): Command {
  return new Command('failover')
    .description('let another Region have the traffic of an access point')
    .argument(...MRAP_ARGUMENT)
    .requiredOption('--to <region>', 'Region that is to have the traffic')
    .option('--away <region>', 'take only this Region out; left out: every other one')
    .addOption(acceptLossOption())
    .option('--dry-run', 'show everything and change nothing', false)
    .option('--yes', 'do it without asking for the name', false)
    .addOption(durationOption('--wait <duration>', 'how long to wait for the proof', '5m'))
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option(...CONFIG_OPTION)
    .addOption(aheadOption())
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: FailoverOptions) => {
      const { to, away, acceptLoss, stage } = options;
      const place = await connectToMrap(name, options, { io, connect });
      const report = await reportRoutes(place, { stage, avoid: away ?? '', signal: io.signal });
      const regions = report.situation.buckets.map(({ region }) => region);
      for (const region of [to, ...(away === undefined ? [] : [away])]) {
        if (regions.includes(region)) continue;
        const problem = `expected a Region with a bucket of ${name} (${regions.join(', ')}), got ${region}`;
        throw new HoldfastError('invalid-config', 'cli', problem);
      }
      const plan = planFailover(report.situation, {
        to,
        ...(away === undefined ? {} : { away: [away] }),
        ...(acceptLoss === undefined ? {} : { acceptLoss }),
      });
      const given = { to, away, 'accept-loss': acceptLoss?.toString(), ...toRepeat(options) };
      io.exit(await carryOut({ ...options, place, report, plan, given }, io));
    });
}

/** Options that the next command needs as well. */
export function toRepeat({
  stage,
  config,
}: Pick<MrapOptions, 'stage' | 'config'>): Readonly<Record<string, string | undefined>> {
  return { stage: stage === 'dev' ? undefined : stage, config };
}

export function acceptLossOption(): Option {
  return new Option('--accept-loss <n>', 'so many versions may be lost; or "unknown"').argParser(parseLoss);
}

function parseLoss(text: string): AcceptedLoss {
  if (text === 'unknown') return text;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('expected a number of versions, or "unknown"');
  return value;
}
