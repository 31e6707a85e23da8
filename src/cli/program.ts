import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit.ts';
import { alertsCommand } from './alerts.ts';
import { auditsCommand } from './audits.ts';
import { compareCommand } from './compare.ts';
import { configCommand } from './config.ts';
import { consoleCommand } from './console.ts';
import { digestCommand } from './digest.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { drillCommand } from './drill.ts';
import { explainCommand } from './explain.ts';
import { failbackCommand } from './failback.ts';
import { failoverCommand } from './failover.ts';
import { freezeCommand } from './freeze.ts';
import type { Io } from './io.ts';
import { logsCommand } from './logs.ts';
import { muteCommand, mutesCommand, unmuteCommand } from './mute.ts';
import { poisonCommand } from './poison.ts';
import { policyCommand } from './policy.ts';
import { repairCommand } from './repair.ts';
import { reportError } from './report-error.ts';
import { routesCommand } from './routes.ts';
import { sandboxCommand } from './sandbox.ts';
import { sqlCommand } from './sql.ts';
import { statusCommand } from './status.ts';
import { testAlertCommand } from './test-alert.ts';
import { type Connect, verifyCommand } from './verify.ts';
import { verifyReportCommand } from './verify-report.ts';
import { waitCommand } from './wait.ts';
import { unwireCommand, wireCommand } from './wire.ts';

const EXAMPLES = `
Examples:
  holdfast verify s3://bucket/key --content      read an object and compare it with what S3 recorded
  holdfast digest backup.tar                     what S3 would record of a local file
  holdfast doctor orders                         whether a pair of buckets is set up as it must be
  holdfast explain content-differs-from-etag     what a finding means and what to do
  holdfast status                                what is on its way, and what would be lost now
  holdfast console                               the same and every alert in a browser, live
  holdfast wait orders                           until everything written by now has arrived everywhere
  holdfast audit orders --quote                  what proving a whole pair would take and cost
  holdfast audits                                what the audits of the stacks are doing, and proved last
  holdfast repair orders --failed                what a Batch Replication job would replicate again, and its price
  holdfast wire orders                           how the buckets of a pair would tell the stacks; --yes does it
  holdfast logs s3://my-logs/2026-11-21           who was throttled, refused, or removed what
  holdfast alerts                                what is open: mute, close, show each
  holdfast test-alert                            whether alerts arrive, and what nobody hears of
  holdfast poison list                           what the functions could not read
  holdfast policy status                         what IAM must allow whoever runs a command
  holdfast routes orders                         where traffic goes, and whether it could go elsewhere
  holdfast failover orders --to eu-west-1 --dry-run   what a failover would change and lose
  holdfast config check                          everything that is wrong with holdfast.yml
  holdfast sandbox                               an S3 of your own to try it with

Results go to stdout, progress and errors to stderr.
Exit code 0: nothing violated and everything asked was judged; 1: something violated; 2: something could not be judged.
`;

export interface Doors {
  /** Real ports; loaded when a command needs them, because the AWS SDK is large. */
  readonly connect?: Connect;
}

/** Runs one command line. Resolves when it has ended; how is said through `io.exit`. Never rejects. */
export async function run(args: readonly string[], io: Io, doors: Doors = {}): Promise<void> {
  try {
    await createProgram(io, doors).parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what it has to say: help and version are wishes fulfilled, the rest is bad usage.
    if (error instanceof CommanderError) io.exit(error.exitCode === 0 ? 0 : 2);
    else io.exit(reportError(error, io));
  }
}

function createProgram(io: Io, { connect = connectToReality(io) }: Doors): Command {
  const program = new Command('holdfast')
    .description('integrity and replication of S3 objects')
    .version(readVersion(), '-V, --version')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  const commands = [
    verifyCommand(io, connect),
    digestCommand(io),
    doctorCommand(io, connect),
    explainCommand(io),
    statusCommand(io, connect),
    waitCommand(io, connect),
    auditCommand(io, connect),
    auditsCommand(io, connect),
    verifyReportCommand(io, connect),
    compareCommand(io, connect),
    consoleCommand(io, connect),
    repairCommand(io, connect),
    routesCommand(io, connect),
    failoverCommand(io, connect),
    failbackCommand(io, connect),
    freezeCommand(io, connect),
    drillCommand(io, connect),
    alertsCommand(io, connect),
    muteCommand(io, connect),
    unmuteCommand(io, connect),
    mutesCommand(io, connect),
    testAlertCommand(io, connect),
    poisonCommand(io, connect),
    logsCommand(io, connect),
    sqlCommand(io),
    exportCommand(io),
    policyCommand(io),
    wireCommand(io, connect),
    unwireCommand(io, connect),
    configCommand(io, connect),
    sandboxCommand(io),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
}

function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

function connectToReality(io: Io): Connect {
  return async (place) => {
    const { connect } = await import('./connect.ts');
    return connect(place, io);
  };
}

/** The same place from `src/cli` of a clone and from `dist/cli` of the package. */
function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '?';
}
