import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { isDrillPassed, rtoMs, type DrillReport } from '../model/drill.ts';
import { formatDuration } from '../model/quantity-text.ts';
import type { AcceptedLoss } from '../model/routing.ts';
import { renderDrillPage } from './drill-page.ts';
import { acceptLossOption } from './failover.ts';
import type { Io } from './io.ts';
import { connectToMrap, MRAP_ARGUMENT, type MrapOptions } from './mrap-options.ts';
import { CONFIG_OPTION } from './pair-options.ts';
import { printable } from './printable.ts';
import { runDrill } from './run-drill.ts';
import { reachSandbox } from './sandbox-control.ts';
import type { Connect } from './verify.ts';

interface DrillOptions extends Omit<MrapOptions, 'ahead'> {
  readonly region?: string;
  readonly acceptLoss?: AcceptedLoss;
  readonly out: string;
}

const EXAMPLES = `
Takes everything in one Region out, S3, queues, tables and functions, watches what happens, brings it back and lets the traffic come
back. Needs a sandbox with your stacks in it; against anything else it refuses, because it would be the outage that it rehearses:
  npm start -- --config holdfast.yml      in one terminal, and export what it prints in another

With mode automatic Holdfast decides. Otherwise the drill does what a person would do who has read the plan, with the same guards.
Time is that of the sandbox, and is skipped where nobody needs it.

Examples:
  holdfast drill orders
  holdfast drill orders --region us-east-1 --out reports

Writes drill-<mrap>.html, one file without anything to fetch, and drill-<mrap>.json.

Exit code 0: the traffic left and came back, both proved; 1: it did not; 2: no drill took place.
`;

/** `holdfast drill`: a rehearsed failover and failback in a sandbox, with a report. */
export function drillCommand(io: Io, connect: Connect): Command {
  return new Command('drill')
    .description('rehearse a failover and its failback in a sandbox, and report every time')
    .argument(...MRAP_ARGUMENT)
    .option('--region <region>', 'Region that is taken out; left out: the first that has traffic')
    .addOption(acceptLossOption())
    .option('--out <folder>', 'where the report is written', '.')
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option(...CONFIG_OPTION)
    .option('--json', 'print the report as one JSON object', false)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { stage, config, region, acceptLoss, out, json }: DrillOptions) => {
      const control = await reachSandbox(io);
      const options = { ...(config === undefined ? {} : { config }), ahead: () => control.aheadMs() };
      const place = await connectToMrap(name, options, { io, connect });
      const report = await runDrill(place, {
        stage,
        ...(region === undefined ? {} : { region }),
        ...(acceptLoss === undefined ? {} : { acceptLoss }),
        control,
        call: { signal: io.signal },
        say: (text) => io.stderr.write(`${printable(text)}\n`),
      });
      const folder = resolve(io.cwd, out);
      await mkdir(folder, { recursive: true });
      const page = join(folder, `drill-${name}.html`);
      await writeFile(page, renderDrillPage(report));
      await writeFile(join(folder, `drill-${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
      io.stdout.write(json ? `${JSON.stringify({ kind: 'drill', ...report })}\n` : renderDrill(report, page));
      io.exit(isDrillPassed(report) ? 0 : 1);
    });
}

function renderDrill(report: DrillReport, page: string): string {
  const { mrap, region, legs, lessons } = report;
  return [
    `Drill of ${mrap}: ${isDrillPassed(report) ? 'traffic left and came back, both proved' : 'IT DID NOT COME TO ITS END'}`,
    ...legs.map((leg) => {
      const took = rtoMs(leg);
      const time = took === undefined ? (leg.failure ?? 'not proved') : `proved after ${formatDuration(took)}`;
      return `  ${leg.kind === 'failover' ? `away from ${region}` : 'and back'}: ${printable(time)}`;
    }),
    ...lessons.map((lesson) => `  · ${printable(lesson)}`),
    `The whole report: ${page}`,
    '',
  ].join('\n');
}
