import { Argument, Command } from 'commander';
import { loadConfig } from '../config.ts';
import { parseConfig } from '../config-schema.ts';
import { HoldfastError } from '../errors.ts';
import type { Config, PairConfig } from '../model/config.ts';
import { mrapsOf, type PermissionQuestion } from '../policy/permission-scope.ts';
import { type Permissions, permissionsOf, PERMITTED_COMMANDS, type PermittedCommand } from '../policy/permissions.ts';
import type { Io } from './io.ts';
import { CONFIG_OPTION, configFile } from './pair-options.ts';

interface Options {
  readonly pair?: readonly string[];
  readonly stage: string;
  readonly role?: readonly string[];
  readonly reportBucket?: readonly string[];
  readonly restore: boolean;
  readonly from?: readonly string[];
  readonly config?: string;
  readonly json: boolean;
}

const EXAMPLES = `
Prints a policy of IAM for whoever runs a command: the buckets, keys, queues, tables and rules of the configuration by name. Nothing
is asked of AWS and nothing is changed. The document goes to stdout, and what it leaves wider than one would wish to stderr.

A bucket or key of another account has to let the person in as well: docs/permissions.md.

Examples:
  holdfast policy status --stage prod > status.json
  holdfast policy wire --pair orders --role arn:aws:iam::111122223333:role/replicates-orders
  holdfast policy repair --role arn:aws:iam::111122223333:role/repair --report-bucket ops
  holdfast policy failover --pair orders --stage prod
  holdfast policy logs --from my-logs
  aws iam put-role-policy --role-name on-call --policy-name holdfast --policy-document file://status.json

The smoke test prints its own: npm run smoke -- --profile PROFILE --policy

Exit code 0: printed; 2: bad usage or configuration.
`;

/** `holdfast policy`: what a person has to be allowed for a command. */
export function policyCommand(io: Io): Command {
  return new Command('policy')
    .description('print the IAM policy that a command needs, and no more')
    .addArgument(new Argument('<command>', 'which will be run with it').choices(PERMITTED_COMMANDS))
    .option('--pair <name...>', 'only for these pairs; all')
    .option('--stage <name>', 'of the stacks', 'dev')
    .option('--role <arn...>', 'that replicates, or that jobs get; any role of the accounts, and no jobs of audits')
    .option('--report-bucket <bucket...>', 'where jobs report, or reports of audits are kept')
    .option('--restore', 'let an audit ask for restores of what is archived', false)
    .option('--from <bucket...>', 'that no pair has: with logs, inventories or the other side of a comparison')
    .option(...CONFIG_OPTION)
    .option('--json', 'one JSON object to a line', false)
    .addHelpText('after', EXAMPLES)
    .action((command: PermittedCommand, options: Options) => {
      const config = readConfig(options, io);
      const { stage, role: roles = [], reportBucket: reportBuckets = [], from = [], restore: restores } = options;
      const pairs = pairsOf(config, options.pair);
      requireWhatItIsAbout(command, { config, pairs, from });
      const question = { config, pairs, stage, roles, from, reportBuckets, restores };
      const permissions = permissionsOf(command, question);
      const told = { command, stage, pairs: pairs.map(({ name }) => name) };
      if (options.json) io.stdout.write(`${JSON.stringify({ kind: 'policy', ...told, ...permissions })}\n`);
      else print(permissions, { command, io });
    });
}

function readConfig({ config }: Options, io: Io): Config {
  const file = configFile(config, io);
  const environment = file === undefined ? {} : { HOLDFAST_CONFIG: file };
  return loadConfig({ environment, parse: parseConfig });
}

/** All problems at once. */
function pairsOf({ pairs }: Config, names: readonly string[] | undefined): readonly PairConfig[] {
  const unknown = (names ?? []).filter((name) => !pairs.some((pair) => pair.name === name));
  if (pairs.length > 0 && unknown.length === 0)
    return names === undefined ? pairs : pairs.filter(({ name }) => names.includes(name));
  const known = pairs.map(({ name }) => name).join(', ');
  const message =
    pairs.length === 0
      ? 'expected a configuration with pairs, got none: give --config'
      : `there is no pair ${unknown.join(' and no pair ')}; there are ${known}`;
  throw new HoldfastError('invalid-config', 'cli', message);
}

/** A policy of nothing would look as if none were needed. */
function requireWhatItIsAbout(
  command: PermittedCommand,
  { config, pairs, from }: Pick<PermissionQuestion, 'config' | 'pairs' | 'from'>,
): void {
  if (command === 'logs' && from.length === 0) {
    const message = 'expected --from with the bucket of the logs; files need no policy';
    throw new HoldfastError('invalid-config', 'cli', message);
  }
  if (command === 'audits' && !pairs.some(({ name }) => config.audits?.some(({ pair }) => pair === name))) {
    throw new HoldfastError('invalid-config', 'cli', 'none of these pairs is audited by the clock: see audits');
  }
  if (!ABOUT_ACCESS_POINTS.has(command) || mrapsOf({ config, pairs }).length > 0) return;
  const names = pairs.map(({ name }) => name).join(', ');
  const message = `${command} is about an access point, and none of the configuration has ${names}`;
  throw new HoldfastError('invalid-config', 'cli', message);
}

const ABOUT_ACCESS_POINTS: ReadonlySet<PermittedCommand> = new Set(['routes', 'failover', 'failback', 'freeze']);

/** Without what is blank: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LONGEST_MANAGED_POLICY = 6_144;

function print({ document, wide }: Permissions, { command, io }: { readonly command: string; readonly io: Io }): void {
  if (document === undefined) {
    io.stderr.write(`holdfast ${command} asks nothing of AWS: it needs no policy\n`);
    return;
  }
  io.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
  for (const because of new Set(wide.map((each) => each.because))) {
    const sids = wide.filter((each) => each.because === because).map(({ sid }) => sid);
    io.stderr.write(`${sids.join(', ')}: ${because}\n`);
  }
  const length = JSON.stringify(document).length;
  if (length > LONGEST_MANAGED_POLICY)
    io.stderr.write(
      `${length} characters: a managed policy takes ${LONGEST_MANAGED_POLICY}, one within a role 10,240. Ask by --pair, or divide it by statement.\n`,
    );
}
