import { benchAudit } from './audit.ts';
import { bundleClients, type ClientBundles } from './clients/bundle.ts';
import { benchColdStart } from './cold-start.ts';
import { benchDigest } from './digest.ts';
import { benchFlatMemory } from './flat-memory.ts';
import { benchHttpVerify } from './http-verify.ts';
import { benchHttpsVerify } from './https-verify.ts';
import { benchInventory } from './inventory.ts';
import { describeMachine, formatMachine } from './machine.ts';
import { type BenchOptions, parseCommandLine, USAGE } from './options.ts';
import { packageFunctions } from './package-functions.ts';
import { installPeers } from './peers.ts';
import type { ReadingStage } from './reading.ts';
import { formatRow, type Row } from './row.ts';
import { startObjectServer } from './server/start.ts';
import { benchSmallObjects } from './small-objects.ts';
import { formatTable } from './table.ts';

/** Account of the embedded cloud. */
const ACCOUNT = '111122223333';

/** Rows that need the same preparation. One that fails does not keep the others from being measured. */
interface Section {
  readonly goals: readonly string[];
  run(options: BenchOptions): Promise<readonly Row[]>;
}

const sections: readonly Section[] = [
  { goals: ['G1', 'G2', 'G3'], run: benchDigest },
  { goals: ['G4'], run: async (options) => onReadingStage(async (stage) => [await benchHttpsVerify(options, stage)]) },
  {
    goals: ['G5'],
    run: async (options) =>
      onReadingStage(async (stage) => [
        ...(await benchHttpVerify(options, stage)),
        await benchFlatMemory(options, stage),
      ]),
  },
  {
    goals: ['G7', 'G8'],
    run: async (options) => withClients(async (clients) => benchAudit(options, clients.holdfast)),
  },
  { goals: ['G9'], run: async (options) => withClients(async (clients) => benchInventory(options, clients)) },
  { goals: ['G10'], run: async (options) => withPackage(async (packed) => benchColdStart(options, packed)) },
  { goals: ['inspection'], run: async (options) => withPackage(async (packed) => benchSmallObjects(options, packed)) },
];

async function onReadingStage(run: (stage: ReadingStage) => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const clients = await bundleClients();
  const server = await startObjectServer();
  try {
    return await run({ server, clients });
  } finally {
    await server.close();
    await clients.remove();
  }
}

async function withClients<T>(run: (clients: ClientBundles) => Promise<T>): Promise<T> {
  const clients = await bundleClients();
  try {
    return await run(clients);
  } finally {
    await clients.remove();
  }
}

async function withPackage<T>(run: (packed: Awaited<ReturnType<typeof packageFunctions>>) => Promise<T>): Promise<T> {
  const packed = await packageFunctions(ACCOUNT);
  try {
    return await run(packed);
  } finally {
    await packed.remove();
  }
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(args: readonly string[]): Promise<number> {
  const { bench, only, peers, json, strict } = parseCommandLine(args);
  if (peers) installPeers(say);
  const machine = describeMachine();
  say(formatMachine(machine));
  if (json) console.log(JSON.stringify({ machine, quick: bench.quick }));
  const chosen = sections.filter(({ goals }) => only.size === 0 || goals.some((goal) => only.has(goal.toLowerCase())));
  if (chosen.length === 0) throw new Error(`expected goals to measure, got ${[...only].join(',')}`);
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const { goals, run } of chosen) {
    say(`measuring ${goals.join(', ')} …`);
    try {
      for (const row of await run(bench)) {
        rows.push(row);
        say(formatRow(row));
        if (json) console.log(JSON.stringify(row));
      }
    } catch (error) {
      failures.push(`${goals.join(', ')}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  if (!json) console.log(`${formatMachine(machine)}\n\n${formatTable(rows)}`);
  if (bench.quick) say('\nThis was a quick run: it shows that everything runs, its figures mean nothing.');
  for (const failure of failures) say(`\nfailed: ${failure}`);
  const isMissed = rows.some(({ met }) => met === 'not met' || met === 'peer missing');
  return failures.length > 0 || (strict && isMissed) ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
