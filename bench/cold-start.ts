import { join } from 'node:path';
import { isPinned } from './cores.ts';
import { formatFigures, inTurn, pick } from './figures.ts';
import type { BenchOptions } from './options.ts';
import type { Package, PackedFunction } from './package-functions.ts';
import { ratioOf } from './rounds.ts';
import type { Row } from './row.ts';
import { runCommand } from './run-command.ts';

const AT_MOST = 2.7;
const KIB = 1024;
const LARGEST_ZIP_KIB = 250;

/** G10: from `node` to a handler that could take its first event, and how much Lambda has to fetch before that. */
export async function benchColdStart(options: BenchOptions, { folder, functions }: Package): Promise<Row[]> {
  const rows: Row[] = [];
  for (const packed of functions) {
    rows.push(await startFunction(options, folder, { ...packed, machine: process.env, where: 'in this environment' }));
  }
  for (const packed of functions) {
    rows.push(await startFunction(options, folder, { ...packed, machine: {}, where: 'in an empty environment' }));
  }
  return rows;
}

interface Start extends PackedFunction {
  /** What Node finds besides the variables of the function: NODE_EXTRA_CA_CERTS alone doubles the time of `node -e 0`. */
  readonly machine: NodeJS.ProcessEnv;
  readonly where: string;
}

async function startFunction(
  options: BenchOptions,
  folder: string,
  { name, zipBytes, machine, where }: Start,
): Promise<Row> {
  const entry = join(folder, 'dist', name, 'index.mjs');
  const environment = { ...definedOf(machine), ...handlerEnvironment(folder, name) };
  const turns = { rounds: options.starts, warmUps: 1 };
  const runs = await inTurn(turns, {
    ours: async () => runCommand({ command: [process.execPath, entry], environment }),
    peer: async () => runCommand({ command: [process.execPath, '-e', '0'], environment }),
  });
  const times = pick(runs, ({ wallSeconds }) => wallSeconds * 1000);
  const ratio = ratioOf(times);
  const zipKib = zipBytes / KIB;
  return {
    goal: 'G10',
    what: `start of ${name} against node -e 0, ${where}`,
    n: options.starts,
    sizes: `zip of ${zipKib.toFixed(1)} KiB${isPinned ? '; on core 0' : '; not pinned'}`,
    ours: formatFigures(times.ours, 'ms', 0),
    peer: formatFigures(times.peer, 'ms', 0),
    ratio,
    target: `≤ ${AT_MOST}, zip < ${LARGEST_ZIP_KIB} KiB`,
    met: ratio <= AT_MOST && zipKib < LARGEST_ZIP_KIB ? 'met' : 'not met',
    versions: `node ${process.versions.node}`,
  };
}

function definedOf(machine: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(machine).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** As the template sets it. Nothing is called: a start makes no request. */
function handlerEnvironment(folder: string, name: string): Readonly<Record<string, string>> {
  const queue = 'https://sqs.us-east-1.amazonaws.com/111122223333/holdfast-bench';
  return {
    AWS_REGION: 'us-east-1',
    LAMBDA_TASK_ROOT: folder,
    HOLDFAST_CONFIG: `dist/${name}/holdfast.json`,
    ALERT_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:holdfast-bench',
    LEDGER_TABLE: 'holdfast-bench',
    LOOKS_QUEUE_URL: `${queue}-looks`,
    READS_QUEUE_URL: `${queue}-reads`,
    POISON_QUEUE_URL: `${queue}-poison`,
    POWERTOOLS_SERVICE_NAME: 'holdfast',
    POWERTOOLS_METRICS_NAMESPACE: 'Holdfast',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
