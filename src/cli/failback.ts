import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../errors.ts';
import type { AlertEvent } from '../model/alert.ts';
import type { AcceptedLoss } from '../model/routing.ts';
import { planFailback } from '../policy/failback.ts';
import type { Call } from '../ports.ts';
import { carryOut } from './carry-out.ts';
import { durationOption } from './duration-option.ts';
import { acceptLossOption, toRepeat } from './failover.ts';
import type { Io } from './io.ts';
import { aheadOption, connectToMrap, MRAP_ARGUMENT, type MrapOptions, type MrapPlace } from './mrap-options.ts';
import { CONFIG_OPTION } from './pair-options.ts';
import { type RouteReport, reportRoutes } from './route-report.ts';
import type { Connect } from './verify.ts';

interface FailbackOptions extends MrapOptions {
  readonly home: readonly string[];
  readonly acceptLoss?: AcceptedLoss;
  readonly acceptConflicts: number;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly wait: number;
}

const EXAMPLES = `
The way back is never in a hurry: every version that was made before a barrier, as long ago as the RPO budget allows, must be proved
at home; keys that were written at both sides while the Region was out are counted, and you say that you have seen them.
Home is what the configuration says (active), or what the first failover found.

Examples:
  holdfast failback orders --dry-run
  holdfast failback orders
  holdfast failback orders --accept-conflicts 2

Exit code 0: effective, or allowed with --dry-run, or so already; 1: refused, or accepted and not proved in time; 2: not done,
bad usage, or nothing could be asked.
`;

/** What says that one key was written at both sides. */
const CONFLICTS: ReadonlySet<string> = new Set(['versions-conflict', 'late-arrival-took-over']);

/** `holdfast failback`: a person lets the traffic come back, once everything is at home. */
export function failbackCommand(io: Io, connect: Connect): Command {
  return new Command('failback')
    .description('let the traffic of an access point come back')
    .argument(...MRAP_ARGUMENT)
    .option(
      '--home <region>',
      'a Region to come back to; may be given again',
      (region, all: string[]) => [...all, region],
      [],
    )
    .option('--accept-conflicts <n>', 'so many keys written at both sides were seen and are accepted', naturalNumber, 0)
    .addOption(acceptLossOption())
    .option('--dry-run', 'show everything and change nothing', false)
    .option('--yes', 'do it without asking for the name', false)
    .addOption(durationOption('--wait <duration>', 'how long to wait for the proof', '5m'))
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option(...CONFIG_OPTION)
    .addOption(aheadOption())
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: FailbackOptions) => {
      const { home, acceptLoss, acceptConflicts, stage } = options;
      const place = await connectToMrap(name, options, { io, connect });
      const report = await reportRoutes(place, { stage, signal: io.signal });
      const counted = await countConflicts(place, { report, stage, call: { signal: io.signal } });
      const plan = planFailback(report.situation, {
        ...(home.length === 0 ? {} : { home }),
        ...(typeof counted === 'number' ? { conflicts: counted } : {}),
        acceptConflicts,
        ...(acceptLoss === undefined ? {} : { acceptLoss }),
      });
      const notes = [...report.notes, ...(typeof counted === 'string' ? [counted] : [])];
      const given = {
        'accept-loss': acceptLoss?.toString(),
        'accept-conflicts': acceptConflicts === 0 ? undefined : String(acceptConflicts),
        ...toRepeat(options),
      };
      io.exit(await carryOut({ ...options, place, report: { ...report, notes }, plan, given }, io));
    });
}

/** Keys written at both sides since the traffic left, as the stacks of both have alerted; a text: why nobody knows. */
export async function countConflicts(
  { services }: MrapPlace,
  { report, stage, call }: { readonly report: RouteReport; readonly stage: string; readonly call: Call },
): Promise<number | string> {
  const left = report.changes.findLast(({ kind, abandoned }) => kind === 'failover' && abandoned === undefined);
  if (left === undefined) return 0;
  const { buckets, now } = report.situation;
  const latest = new Map<string, AlertEvent>();
  for (const { region } of buckets) {
    try {
      const range = { since: left.decidedAt, until: now, ...call };
      for (const alert of await services.stack(stage).alertsIn(region).recent(range, call)) {
        if (CONFLICTS.has(alert.data.code)) latest.set(`${region} ${alert.data.fingerprint}`, alert);
      }
    } catch (error) {
      if (!(error instanceof HoldfastError) || call.signal.aborted) throw error;
      return `keys written at both sides: the alerts of ${region} cannot be read: ${error.message}`;
    }
  }
  const names = new Set(buckets.map(({ bucket }) => bucket));
  return [...latest.values()]
    .filter(({ data: { subject } }) => subject.kind !== 'object-version' || names.has(subject.object.bucket))
    .reduce((sum, { data }) => sum + (data.count ?? 1), 0);
}

function naturalNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('expected a number that is not negative');
  return value;
}
