import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createSmokeClients, endpointOf } from './smoke/clients.ts';
import { createRunName } from './smoke/names.ts';
import { HELP, parseSmokeOptions, type SmokeOptions } from './smoke/options.ts';
import { smokePolicy } from './smoke/permissions.ts';
import { planOf, renderPlan } from './smoke/plan.ts';
import { exitCodeOf, removeAll, type Run, runSmokeTest } from './smoke/run.ts';
import { progress } from './stacks.ts';

/** AWS says 15 minutes of replication and five of EventBridge; nobody wants to wait for longer. */
const PATIENCE_MS = 20 * 60_000;

/** IAM gives no time; AWS's own examples wait for ten seconds. */
const SETTLE_MS = 20_000;

const SAME_KEYPRESS_MS = 1_000;

const interruption = new AbortController();

function tell(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

function pauseFor(signal?: AbortSignal): (ms: number) => Promise<void> {
  return (ms) => sleep(ms, undefined, signal === undefined ? {} : { signal });
}

async function prepare(options: SmokeOptions): Promise<Run> {
  // The chain of the SDK would prefer keys in the environment to the profile that was named.
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name];
  process.env['AWS_PROFILE'] = options.profile;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const { source, destination, withKms } = options;
  const endpoint = await endpointOf(source);
  const clients = createSmokeClients({ customEndpoint: endpoint !== undefined });
  const { Account: account = '' } = await clients.sts(source).send(new GetCallerIdentityCommand({}));
  const settleMs = endpoint === undefined ? SETTLE_MS : 0;
  const time = { now: () => new Date(), patienceMs: PATIENCE_MS, settleMs };
  return {
    run: options.cleanUp ?? createRunName(new Date(), Math.random),
    source,
    destination,
    withKms,
    account,
    clients,
    endpoint: endpoint ?? 'AWS',
    time: { ...time, pause: pauseFor(interruption.signal) },
    patientTime: { ...time, pause: pauseFor() },
    isInterrupted: () => interruption.signal.aborted,
    tell: progress,
  };
}

/** Whether a person at a terminal, or `--yes`, lets it begin. */
async function isConfirmed({ yes, profile }: SmokeOptions, { account, endpoint }: Run): Promise<boolean> {
  tell(`In account ${account} (profile ${profile}, ${endpoint}).\n`);
  if (yes) return true;
  if (!process.stdin.isTTY) {
    tell('Nothing was created: say --yes to begin.');
    return false;
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question('Type yes to begin: ');
  reader.close();
  return answer.trim() === 'yes';
}

function cleanUpCommand({ profile }: SmokeOptions, { run, source, destination }: Run): string {
  return `npm run smoke -- --profile ${profile} --regions ${source},${destination} --clean-up ${run}`;
}

/** What is left, and what to do about it. */
function tellLeft(left: readonly string[], command: string): void {
  if (left.length === 0) tell('nothing is left in the account');
  else tell(`still in the account:\n${left.map((line) => `  ${line}`).join('\n')}\nTry again: ${command}`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseSmokeOptions(args);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if ('length' in options) {
    tell(`${options.join('\n')}\nnpm run smoke -- --help says more`);
    return 2;
  }
  const run = await prepare(options);
  if (options.policy) {
    const policy = { Version: '2012-10-17', Statement: smokePolicy(run.account, options) };
    process.stdout.write(`${JSON.stringify(policy, undefined, 2)}\n`);
    return 0;
  }
  const command = cleanUpCommand(options, run);
  if (options.cleanUp !== undefined) {
    const left = await removeAll(run);
    tellLeft(left, command);
    return left.length > 0 ? 1 : 0;
  }
  tell(renderPlan(planOf(run, options)));
  if (!(await isConfirmed(options, run))) return 0;
  tell(`If this process dies, what it leaves is removed by\n  ${command}`);
  let interruptedAt = Infinity;
  const interrupt = (): void => {
    // npm and the terminal both send the signal of one Ctrl-C.
    if (interruption.signal.aborted && performance.now() - interruptedAt > SAME_KEYPRESS_MS) process.exit(1);
    if (interruption.signal.aborted) return;
    interruptedAt = performance.now();
    tell(`interrupted: cleaning up; once more to leave at once, then\n  ${command}`);
    interruption.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const report = await runSmokeTest(run);
  const file = options.out ?? `smoke-${run.run}.json`;
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  tell(`answers in ${file}`);
  tellLeft(report.left, command);
  return exitCodeOf(report);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  tell(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  process.exitCode = 2;
}
