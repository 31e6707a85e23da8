import { Command } from 'commander';
import { decideRoutes } from '../policy/routing.ts';
import type { ExitCode, Io } from './io.ts';
import { aheadOption, connectToMrap, MRAP_ARGUMENT, type MrapOptions } from './mrap-options.ts';
import { CONFIG_OPTION } from './pair-options.ts';
import { renderManifest } from './render-manifest.ts';
import { driftIn, renderRouteReport } from './render-routes.ts';
import { type RouteReport, reportRoutes } from './route-report.ts';
import type { Connect } from './verify.ts';

interface RoutesOptions extends MrapOptions {
  readonly manifest?: string;
}

const EXAMPLES = `
Where the traffic of a Multi-Region Access Point goes, whether its Regions answer by the last probes, what Holdfast would do now and
why, what freezes it, and the last changes. It only reads.

Examples:
  holdfast routes orders
  holdfast routes orders --manifest 00000003     which versions that change left behind
  holdfast routes orders --json

Exit code 0: traffic goes to Regions that answer; 1: it goes to one that fails or is impaired, or not
where it should; 2: something is not known.
`;

/** `holdfast routes`: where traffic goes, and whether it could go elsewhere. */
export function routesCommand(io: Io, connect: Connect): Command {
  return new Command('routes')
    .description('say where the traffic of an access point goes, and whether it could go elsewhere')
    .argument(...MRAP_ARGUMENT)
    .option('--manifest <change>', 'list what this change left behind')
    .option('--stage <name>', 'stage of the deployed stacks', 'dev')
    .option(...CONFIG_OPTION)
    .addOption(aheadOption())
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: RoutesOptions) => {
      const { stage, manifest: change, json } = options;
      const place = await connectToMrap(name, options, { io, connect });
      const write = (text: string, ...records: readonly object[]): void =>
        io.stdout.write(json ? records.map((record) => `${JSON.stringify(record)}\n`).join('') : text);
      if (change !== undefined) {
        const { manifests } = place.services.stack(stage).routing;
        const manifest = await manifests.get({ mrap: name, id: change }, { signal: io.signal });
        if (manifest === undefined) {
          io.stderr.write(`holdfast: there is no manifest of change ${change}\n`);
          io.exit(2);
          return;
        }
        const { versions, ...head } = manifest;
        write(
          renderManifest(manifest),
          { kind: 'manifest', ...head },
          ...versions.map((version) => ({ kind: 'left-behind', ...version })),
        );
        return;
      }
      const report = await reportRoutes(place, { stage, signal: io.signal });
      const decision = decideRoutes(report.situation);
      const drift = driftIn(report.situation);
      const { situation, changes, freezes, seenFromHere, notes } = report;
      write(renderRouteReport(report, decision), {
        kind: 'routes',
        mrap: name,
        at: situation.now,
        routes: situation.routes ?? 'unknown',
        ledgerReachable: situation.ledgerReachable,
        decision,
        ...(drift === undefined ? {} : { drift: drift.evidence }),
        freezes,
        changes,
        seenFromHere,
        notKnown: notes,
      });
      io.exit(drift === undefined ? toExitCode(report, decision) : 1);
    });
}

function toExitCode({ situation }: RouteReport, { health }: ReturnType<typeof decideRoutes>): ExitCode {
  const active = (situation.routes?.routes ?? []).filter(({ dial }) => dial > 0).map(({ region }) => region);
  const judged = health.filter(({ region }) => active.includes(region)).map((view) => view.health);
  if (judged.some((each) => each === 'unhealthy' || each === 'impaired')) return 1;
  return judged.length === 0 || judged.includes('unknown') || !situation.ledgerReachable ? 2 : 0;
}
