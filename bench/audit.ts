import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinning } from './cores.ts';
import { formatFigures, inTurn, type Pairs, pick } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { rcloneVersion } from './peers.ts';
import { ratioOf } from './rounds.ts';
import type { Row } from './row.ts';
import { type Run, runCommand } from './run-command.ts';
import { startListingServer } from './server/start-listings.ts';

const MIB = 1024 ** 2;
const TIMES_FASTER = 20;
const MEMORY = 0.6;
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };

/** G7 and G8: two listings walked in lock step, against rclone, and in stretches against in one. */
export async function benchAudit(options: BenchOptions, holdfast: string): Promise<readonly Row[]> {
  const keys = options.quick ? 20_000 : 1_000_000;
  return [...(await benchRclone(options, holdfast, keys)), await benchRanges(options, holdfast, keys / 4)];
}

interface Comparison {
  readonly url: string;
  readonly keys: number;
  readonly ranges: number;
}

async function compare(holdfast: string, { url, keys, ranges }: Comparison): Promise<Run> {
  const sides = [`s3://left-${keys}`, `s3://copy-${keys}`];
  const places = ['--region-a', 'us-east-1', '--region-b', 'us-east-1', '--ranges', String(ranges)];
  const silent = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  return runCommand({
    command: [process.execPath, holdfast, 'compare', ...sides, ...places],
    environment: { ...CREDENTIALS, ...silent, AWS_ENDPOINT_URL: url },
    memory: true,
  });
}

async function benchRclone(options: BenchOptions, holdfast: string, keys: number): Promise<readonly Row[]> {
  const version = rcloneVersion();
  const common = {
    goal: 'G7',
    n: options.rounds,
    sizes: `${keys.toLocaleString('en-US')} pairs in folders of 1,000; ${pinning}`,
    versions: `node ${process.versions.node}, ${version ?? 'no rclone'}`,
  };
  const what = [
    'keys per second: holdfast compare against rclone check',
    'peak memory of the process, in the same runs',
  ];
  const targets = [`≥ ${TIMES_FASTER}`, `≤ ${MEMORY}`];
  if (version === undefined) {
    const nothing = { ours: 'not measured', peer: 'nothing', met: 'peer missing' } as const;
    return targets.map((target, index) => ({ ...common, what: what[index] ?? '', target, ...nothing }));
  }
  const runs = await againstRclone(options, holdfast, keys);
  const speeds = pick(runs, ({ wallSeconds }) => keys / wallSeconds / 1_000);
  const peaks = pick(runs, ({ peakBytes = Number.NaN }) => peakBytes / MIB);
  const [faster, smaller] = [ratioOf(speeds), ratioOf(peaks)];
  return [
    {
      ...common,
      what: what[0] ?? '',
      ours: formatFigures(speeds.ours, 'k keys/s', 0),
      peer: formatFigures(speeds.peer, 'k keys/s', 0),
      ratio: faster,
      target: targets[0] ?? '',
      met: faster >= TIMES_FASTER ? 'met' : 'not met',
    },
    {
      ...common,
      what: what[1] ?? '',
      ours: formatFigures(peaks.ours, 'MiB', 0),
      peer: formatFigures(peaks.peer, 'MiB', 0),
      ratio: smaller,
      target: targets[1] ?? '',
      met: smaller <= MEMORY ? 'met' : 'not met', // not met either where a system without /proc makes it NaN
    },
  ];
}

async function againstRclone(options: BenchOptions, holdfast: string, keys: number): Promise<Pairs<Run>> {
  const server = await startListingServer(0);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const config = join(folder, 'rclone.conf');
  const remote = ['type = s3', 'provider = Other', 'env_auth = true', `endpoint = ${server.url}`, 'list_version = 2'];
  await writeFile(config, `[bench]\n${remote.join('\n')}\n`);
  const command = ['rclone', '--config', config, 'check', `bench:left-${keys}`, `bench:copy-${keys}`];
  try {
    return await inTurn<Run>(options, {
      ours: async () => compare(holdfast, { url: server.url, keys, ranges: 8 }),
      peer: async () => runCommand({ command, environment: CREDENTIALS, memory: true }),
    });
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

async function benchRanges(options: BenchOptions, holdfast: string, keys: number): Promise<Row> {
  const server = await startListingServer(50);
  try {
    const runs = await inTurn<Run>(options, {
      ours: async () => compare(holdfast, { url: server.url, keys, ranges: 32 }),
      peer: async () => compare(holdfast, { url: server.url, keys, ranges: 1 }),
    });
    const speeds = pick(runs, ({ wallSeconds }) => keys / wallSeconds / 1_000);
    const ratio = ratioOf(speeds);
    return {
      goal: 'G8',
      what: 'keys per second at 50 ms a page: 32 stretches against one',
      n: options.rounds,
      sizes: `${keys.toLocaleString('en-US')} pairs; ${pinning}`,
      ours: formatFigures(speeds.ours, 'k keys/s', 0),
      peer: formatFigures(speeds.peer, 'k keys/s', 0),
      ratio,
      target: `≥ ${TIMES_FASTER}`,
      met: ratio >= TIMES_FASTER ? 'met' : 'not met',
      versions: `node ${process.versions.node}`,
    };
  } finally {
    await server.close();
  }
}
