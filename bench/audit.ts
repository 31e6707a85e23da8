import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinning } from './cores.ts';
import { inTurn, type Pairs, pick } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { findAwsCli, rcloneVersion } from './peers.ts';
import { missingRow, type RatioQuestion, ratioRow } from './ratio-row.ts';
import type { Row } from './row.ts';
import { type Run, runCommand } from './run-command.ts';
import { startListingServer } from './server/start-listings.ts';

const MIB = 1024 ** 2;
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
/** A network's, in milliseconds. */
const LATENCY_MS = 50;

/** G7 and G8: two listings walked in lock step, against what others do, and in stretches against in one. */
export async function benchAudit(options: BenchOptions, holdfast: string): Promise<readonly Row[]> {
  const scale = options.quick ? 100 : 1;
  const server = await startListingServer(0);
  try {
    const stage = { options, holdfast, url: server.url };
    return [
      ...(await benchRclone(stage, 1_000_000 / scale)),
      ...(await benchAwsCli(stage, 100_000 / scale)),
      await benchGrowth(stage, [100_000 / scale, 5_000_000 / scale]),
      ...(await benchRanges(stage, 1_000_000 / scale)),
    ];
  } finally {
    await server.close();
  }
}

interface Stage {
  readonly options: BenchOptions;
  /** The command line, bundled. */
  readonly holdfast: string;
  /** Of the server of listings. */
  readonly url: string;
}

async function compare({ holdfast, url }: Omit<Stage, 'options'>, keys: number, ranges: number): Promise<Run> {
  const sides = [`s3://left-${keys}`, `s3://copy-${keys}`];
  const places = ['--region-a', 'us-east-1', '--region-b', 'us-east-1', '--ranges', String(ranges)];
  const run = await runCommand({
    command: [process.execPath, holdfast, 'compare', ...sides, ...places, '--json'],
    environment: { ...CREDENTIALS, AWS_ENDPOINT_URL: url },
    memory: true,
  });
  if (!run.stdout.includes(`"alike":${keys},`)) throw new Error(`expected ${keys} alike, got ${run.stdout}`);
  return run;
}

function sizesOf(keys: number, what: string): string {
  return `${keys.toLocaleString('en-US')} pairs ${what}; ${pinning}`;
}

async function benchRclone({ options, ...stage }: Stage, keys: number): Promise<readonly Row[]> {
  const version = rcloneVersion();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const config = join(folder, 'rclone.conf');
  const remote = ['type = s3', 'provider = Other', 'env_auth = true', `endpoint = ${stage.url}`, 'list_version = 2'];
  await writeFile(config, `[bench]\n${remote.join('\n')}\n`);
  const command = ['rclone', '--config', config, 'check', `bench:left-${keys}`, `bench:copy-${keys}`];
  try {
    const runs =
      version === undefined
        ? undefined
        : await inTurn<Run>(options, {
            ours: async () => compare(stage, keys, 8),
            peer: async () => runCommand({ command, environment: CREDENTIALS, memory: true }),
          });
    return rowsOf(runs, {
      keys,
      peer: 'rclone check',
      n: options.rounds,
      sizes: sizesOf(keys, 'in folders of 1,000'),
      versions: `node ${process.versions.node}, ${version ?? 'no rclone'}`,
      atLeast: 20,
      memory: 0.6,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchAwsCli({ options, ...stage }: Stage, keys: number): Promise<readonly Row[]> {
  const aws = findAwsCli();
  const places = [`s3://left-${keys}`, `s3://copy-${keys}`];
  const runs =
    aws === undefined
      ? undefined
      : await inTurn<Run>(options, {
          ours: async () => compare(stage, keys, 8),
          peer: async () =>
            runCommand({
              command: [aws.command, 's3', 'sync', '--dryrun', '--size-only', ...places],
              environment: { ...CREDENTIALS, AWS_ENDPOINT_URL: stage.url },
              memory: true,
            }),
        });
  return rowsOf(runs, {
    keys,
    peer: 'aws s3 sync --dryrun',
    n: options.rounds,
    sizes: sizesOf(keys, 'in folders of 1,000'),
    versions: `node ${process.versions.node}, ${aws?.version ?? 'no aws'}`,
    atLeast: 40,
  });
}

interface PeerRows extends Pick<Row, 'n' | 'sizes' | 'versions'> {
  readonly keys: number;
  readonly peer: string;
  readonly atLeast: number;
  /** Of the peer's; absent: reported only. */
  readonly memory?: number;
}

/** `undefined`: the peer is missing. */
function rowsOf(runs: Pairs<Run> | undefined, { keys, peer, atLeast, memory, ...common }: PeerRows): readonly Row[] {
  const nothing: Pairs<Run> = { ours: [], peer: [] };
  const figures = (figure: (run: Run) => number): Pairs<number> => pick(runs ?? nothing, figure);
  const questions: readonly RatioQuestion[] = [
    {
      ...common,
      goal: 'G7',
      what: `keys per second: holdfast compare against ${peer}`,
      figures: figures(({ wallSeconds }) => keys / wallSeconds / 1_000),
      unit: 'k keys/s',
      target: { atLeast },
    },
    {
      ...common,
      goal: 'G7',
      what: `keys per second of processor time, in the same runs`,
      figures: figures(({ cpuSeconds = Number.NaN }) => keys / cpuSeconds / 1_000),
      unit: 'k keys/CPU-s',
    },
    {
      ...common,
      goal: 'G7',
      what: 'peak memory, in the same runs',
      figures: figures(({ peakBytes = Number.NaN }) => peakBytes / MIB),
      unit: 'MiB',
      ...(memory === undefined ? {} : { target: { atMost: memory } }),
    },
  ];
  return questions.map((question) => (runs === undefined ? missingRow(question) : ratioRow(question)));
}

async function benchGrowth({ options, ...stage }: Stage, [few, many]: readonly [number, number]): Promise<Row> {
  const runs = await inTurn<Run>(options, {
    ours: async () => compare(stage, many, 8),
    peer: async () => compare(stage, few, 8),
  });
  return ratioRow({
    goal: 'G7',
    what: `peak memory: ${many.toLocaleString('en-US')} pairs against ${few.toLocaleString('en-US')}`,
    n: options.rounds,
    sizes: pinning,
    versions: `node ${process.versions.node}`,
    figures: pick(runs, ({ peakBytes = Number.NaN }) => peakBytes / MIB),
    unit: 'MiB',
    target: { atMost: 1.3 },
  });
}

async function benchRanges({ options, ...stage }: Stage, keys: number): Promise<readonly Row[]> {
  const server = await startListingServer(LATENCY_MS);
  const slow = { ...stage, url: server.url };
  try {
    const runs = await inTurn<Run>(options, {
      ours: async () => compare(slow, keys, 32),
      peer: async () => compare(slow, keys, 1),
    });
    const common = { goal: 'G8', n: options.rounds, versions: `node ${process.versions.node}` };
    const sizes = sizesOf(keys, `at ${LATENCY_MS} ms a page`);
    return [
      ratioRow({
        ...common,
        sizes,
        what: 'keys per second: 32 stretches against one',
        figures: pick(runs, ({ wallSeconds }) => keys / wallSeconds / 1_000),
        unit: 'k keys/s',
        target: { atLeast: 20 },
      }),
      ratioRow({
        ...common,
        sizes,
        what: 'peak memory, in the same runs',
        figures: pick(runs, ({ peakBytes = Number.NaN }) => peakBytes / MIB),
        unit: 'MiB',
      }),
    ];
  } finally {
    await server.close();
  }
}
