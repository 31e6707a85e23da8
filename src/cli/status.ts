import { Command, InvalidArgumentError } from 'commander';
import { stateOf } from '../policy/audit-outcome.ts';
import { toAuditRecord } from './audit-status-record.ts';
import { durationOption } from './duration-option.ts';
import type { ExitCode, Io } from './io.ts';
import { type LinkReport, reportLink } from './link-report.ts';
import { CONFIG_OPTION, configFile, linksOfPair } from './pair-options.ts';
import { renderAudits } from './render-audits.ts';
import { renderStatus } from './render-status.ts';
import { type AuditReport, reportAudits } from './report-audits.ts';
import type { Services } from './services.ts';
import { toStatusRecords } from './status-record.ts';
import type { Connect } from './verify.ts';

interface StatusOptions {
  readonly stage: string;
  readonly list: number;
  readonly overdueAfter: number;
  readonly interval: number;
  readonly watch: boolean;
  readonly config?: string;
  readonly json: boolean;
}

/** Cursor home, and everything below it wiped. */
const CLEAR = '\u{1b}[H\u{1b}[J';

const EXAMPLES = `
A link is one direction of a pair. What is pending comes from the last checkpoint of the deployed stacks; older than three
minutes it is unknown, which is never zero. Without a stack S3's own metrics are what is known, where a rule publishes them.
Audits of the configuration follow: what is under way, what the last run proved, when the next is due.

Examples:
  holdfast status                      every pair of holdfast.yml
  holdfast status orders --list 20     and the 20 oldest versions that have not arrived
  holdfast status orders --watch       again every ten seconds, until it is interrupted
  holdfast status --stage prod --json

Exit code 0: settled, or on its way in time; 1: something, or an audit, is overdue, or replication failed; 2: something is unknown.
`;

/** `holdfast status`: what is on its way over each link, what would be lost now, and how its audits stand. */
export function statusCommand(io: Io, connect: Connect): Command {
  return new Command('status')
    .description('say what is on its way, how late it is, and what would be lost if a Region failed now')
    .argument('[pair]', 'name of a pair in the configuration; all of them')
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option('--list <n>', 'name so many of the oldest pending versions', naturalNumber, 0)
    .addOption(durationOption('--overdue-after <duration>', 'age from which a pending version is overdue', '15m'))
    .option('--watch', 'again and again, until it is interrupted', false)
    .addOption(durationOption('--interval <duration>', 'with --watch: time between two looks', '10s'))
    .option(...CONFIG_OPTION)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (pair: string | undefined, options: StatusOptions) => {
      const config = configFile(options.config, io);
      const services = await connect({
        concurrency: 8,
        ...(config === undefined ? {} : { config }),
        onlyCurrent: () => undefined, // nothing is listed
      });
      io.exit(await showStatus(pair, options, { services, io }));
    });
}

/** Answers for the last look. */
async function showStatus(
  pair: string | undefined,
  { stage, list, overdueAfter, watch, interval, json }: StatusOptions,
  { services, io }: { readonly services: Services; readonly io: Io },
): Promise<ExitCode> {
  const links = linksOfPair(services.config, pair);
  const pairs = new Set(links.map((link) => link.pair));
  const call = { signal: io.signal };
  const question = { stage, list, overdueAfterMs: overdueAfter };
  let code: ExitCode = 2;
  for (;;) {
    const reports: LinkReport[] = [];
    for (const link of links) reports.push(await reportLink(link, question, { services, call }));
    const audits = await reportAudits({ stage, pairs }, { services, call });
    if (watch && io.signal.aborted) return code; // what could not be asked any more says nothing
    if (json) {
      const records = [...reports.flatMap((report) => toStatusRecords(report)), ...audits.map(toAuditRecord)];
      for (const record of records) io.stdout.write(`${JSON.stringify(record)}\n`);
    } else {
      const tables = [renderStatus(reports), renderAudits(audits)].filter((table) => table !== '');
      io.stdout.write(`${watch && io.stdout.isTerminal ? CLEAR : ''}${tables.join('\n')}`);
    }
    code = toExitCode(reports, audits);
    if (!watch) return code;
    try {
      await services.wait(interval, io.signal);
    } catch (error) {
      if (io.signal.aborted) return code; // to be interrupted is how this ends
      throw error;
    }
  }
}

/** What audits found is for `holdfast audits` to say; that they do not come any more is lateness. */
function toExitCode(links: readonly LinkReport[], audits: readonly AuditReport[]): ExitCode {
  const states = links.map(({ status }) => status.state);
  const isOverdue = audits.some((report) => 'status' in report && stateOf(report.status) === 'overdue');
  if (isOverdue || states.some((state) => state === 'overdue' || state === 'failed')) return 1;
  return states.includes('unknown') || audits.some((report) => 'unknown' in report) ? 2 : 0;
}

function naturalNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value > 100_000) {
    throw new InvalidArgumentError('expected a number from 0 to 100000');
  }
  return value;
}
