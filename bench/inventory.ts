import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientBundles } from './clients/bundle.ts';
import { pinning } from './cores.ts';
import { formatFigures, inTurn, type Pairs, pick } from './figures.ts';
import { writeInventory } from './inventory-files.ts';
import type { BenchOptions } from './options.ts';
import { ratioRow } from './ratio-row.ts';
import { median } from './rounds.ts';
import type { Row } from './row.ts';
import { type Run, runCommand } from './run-command.ts';

const MIB = 1024 ** 2;
const MOST_MIB = 128;
/** Rows that have no partner, or another size. */
const DIFFERING = 42;

/** G9: two sorted inventories joined, against only decompressing their files. */
export async function benchInventory(options: BenchOptions, clients: ClientBundles): Promise<readonly Row[]> {
  const rows = options.quick ? 10_000 : 1_000_000;
  const root = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const [source, replica] = [join(root, 'source'), join(root, 'replica')];
  try {
    const files = [
      ...(await writeInventory(source, { rows, damaged: false })),
      ...(await writeInventory(replica, { rows, damaged: true })),
    ];
    const runs = await inTurn<Run>(options, {
      ours: async () => {
        const run = await runCommand({
          command: [process.execPath, clients.joinInventories, source, replica],
          memory: true,
        });
        const expected = `{"alike":${rows - DIFFERING},"differing":${DIFFERING},`;
        if (!run.stdout.startsWith(expected)) throw new Error(`expected ${expected}, got ${run.stdout}`);
        return run;
      },
      peer: async () => runCommand({ command: [process.execPath, clients.gunzip, ...files] }),
    });
    return rowsOf(runs, rows, options.rounds);
  } finally {
    await rm(root, { recursive: true });
  }
}

function rowsOf(runs: Pairs<Run>, rows: number, n: number): readonly Row[] {
  const sizes = `${rows.toLocaleString('en-US')} rows each, csv.gz; ${pinning}`;
  const common = { goal: 'G9', n, sizes, versions: `node ${process.versions.node}` };
  const peaks = runs.ours.map(({ peakBytes = Number.NaN }) => peakBytes / MIB);
  return [
    ratioRow({
      ...common,
      what: 'join of two inventories against gunzip of their files',
      figures: pick(runs, ({ wallSeconds }) => wallSeconds),
      unit: 's',
      digits: 2,
      target: { atMost: 2.5 },
    }),
    ratioRow({
      ...common,
      what: 'processor time, in the same runs',
      figures: pick(runs, ({ cpuSeconds = Number.NaN }) => cpuSeconds),
      unit: 'CPU-s',
      digits: 2,
    }),
    {
      ...common,
      what: 'peak memory of the join',
      ours: formatFigures(peaks, 'MiB', 0),
      peer: 'none',
      target: `≤ ${MOST_MIB} MiB`,
      met: median(peaks) <= MOST_MIB ? 'met' : 'not met',
    },
  ];
}
