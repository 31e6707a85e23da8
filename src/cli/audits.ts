import { Command, Option } from 'commander';
import { listAudits, showAuditRun, startAudit } from './audit-verbs.ts';
import type { ExitCode, Io } from './io.ts';
import { aheadOption } from './mrap-options.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';
import type { Services } from './services.ts';
import type { Connect } from './verify.ts';

/** What every verb takes. */
interface AuditsOptions {
  readonly stage: string;
  readonly config?: string;
  readonly endpoint?: string;
  readonly ahead: number;
  readonly json: boolean;
  /** Only `start` has it. */
  readonly yes?: boolean;
}

/** Where a verb works. */
export interface AuditsWork {
  readonly stage: string;
  readonly json: boolean;
  readonly services: Services;
  readonly io: Io;
}

const EXAMPLES = `
These are the audits of the configuration, which the stacks make by the clock. holdfast audit makes one from here.

Examples:
  holdfast audits                                   each audit: what it is doing, what its last run proved, when the next is due
  holdfast audits list orders --stage prod
  holdfast audits show 20261121T030000Z-0a1b2c      one run, and how to fetch and verify its report
  holdfast audits start nightly                     how to start a run now; --yes starts it

Exit code 0: every last run proved its pair; 1: something was violated, or an audit is overdue; 2: something was not proved, or is unknown.
`;

/** `holdfast audits`: the audits of the configuration and their runs. */
export function auditsCommand(io: Io, connect: Connect): Command {
  const around = { io, connect };
  const list = verb('list', around, async (work, [pair]) => listAudits(pair, work))
    .description('every audit; the default')
    .argument('[pair]', 'only those of this pair');
  const show = verb('show', around, async (work, [run = '']) => showAuditRun(run, work))
    .description('one run')
    .argument('<run>', 'its name, or the beginning of it');
  const start = verb('start', around, async ({ isMeant, ...work }, [audit = '']) => startAudit(audit, isMeant, work))
    .description('start a run now; without --yes only the command that does it is printed')
    .argument('<audit>', 'its name in the configuration')
    .option('--yes', 'do it', false)
    .addOption(new Option('--dry-run', 'only show; the default').conflicts('yes'));
  return new Command('audits')
    .description('list the audits that are made by the clock, show a run, start one')
    .addHelpText('after', EXAMPLES)
    .addCommand(list, { isDefault: true })
    .addCommand(show)
    .addCommand(start);
}

function verb(
  name: string,
  { io, connect }: { readonly io: Io; readonly connect: Connect },
  run: (work: AuditsWork & { readonly isMeant: boolean }, args: readonly string[]) => Promise<ExitCode>,
): Command {
  const command = new Command(name)
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option(...CONFIG_OPTION)
    .option('--endpoint <url>', 'another server than AWS; also AWS_ENDPOINT_URL')
    .addOption(aheadOption())
    .option('--json', 'one JSON object to a line', false);
  return command.action(async () => {
    const { stage, json, config: given, endpoint, ahead, yes = false }: AuditsOptions = command.opts();
    const config = configFile(given, io);
    const services = await connect({
      concurrency: 4,
      ...(config === undefined ? {} : { config }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(ahead === 0 ? {} : { aheadMs: () => ahead }),
      onlyCurrent: () => undefined, // nothing is listed
    });
    io.exit(await run({ stage, json, services, io, isMeant: yes }, command.args));
  });
}
