import { pinning } from './cores.ts';
import { formatFigures, formatSize, inTurn, type Pairs, pick } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { findAwsCli, hasMd5sum } from './peers.ts';
import { copyThroughMd5sum, type ReadingStage, readWith } from './reading.ts';
import { ratioOf } from './rounds.ts';
import type { Row } from './row.ts';
import type { Run } from './run-command.ts';

const MIB = 1024 ** 2;
const AT_LEAST = 1.1;
const AT_MOST = 1 / 3;
const PEER = 'aws s3 cp - | md5sum';

type Compared = Pick<Row, 'what' | 'ours' | 'peer' | 'target' | 'met'> & { readonly ratio?: number };

/** G5: as fast as the pipeline that people have today, in a third of its memory. */
export async function benchHttpVerify(options: BenchOptions, stage: ReadingStage): Promise<Row[]> {
  const aws = findAwsCli();
  const rows =
    aws === undefined || !hasMd5sum()
      ? [missing('throughput', `≥ ${AT_LEAST}`), missing('peak memory', '≤ 1/3')]
      : compare(await runBoth(options, stage, aws.command), options.sizeBytes);
  return rows.map((row) => ({
    goal: 'G5',
    n: options.rounds,
    sizes: `${formatSize(options.sizeBytes)}; ${pinning}`,
    versions: [`node ${process.versions.node}`, ...(aws === undefined ? [] : [aws.version])].join(', '),
    ...row,
  }));
}

async function runBoth(options: BenchOptions, { server, clients }: ReadingStage, aws: string): Promise<Pairs<Run>> {
  const key = `whole-${options.sizeBytes}`;
  const endpoint = server.http;
  const md5 = await server.prepare(key);
  const expected = ['verified etag', 'verified stored-checksum', 'verified declared-digest'];
  return inTurn<Run>(options, {
    ours: async () => readWith(clients.verify, { endpoint, key, declared: 'md5', expected }),
    peer: async () => copyThroughMd5sum(aws, { endpoint, key, expected: [md5] }),
  });
}

function compare(runs: Pairs<Run>, sizeBytes: number): readonly Compared[] {
  const speeds = pick(runs, ({ wallSeconds }) => sizeBytes / wallSeconds / 1e6);
  const faster = ratioOf(speeds);
  const throughput: Compared = {
    what: `throughput: inspection with MD5 and CRC64NVME over HTTP against ${PEER}`,
    ours: formatFigures(speeds.ours, 'MB/s', 0),
    peer: formatFigures(speeds.peer, 'MB/s', 0),
    ratio: faster,
    target: `≥ ${AT_LEAST}`,
    met: faster >= AT_LEAST ? 'met' : 'not met',
  };
  const peaks = pick(runs, ({ peakBytes = Number.NaN }) => peakBytes / MIB);
  const smaller = ratioOf(peaks);
  return [
    throughput,
    {
      what: 'peak memory of the largest process, in the same runs',
      ours: formatFigures(peaks.ours, 'MiB', 0),
      peer: formatFigures(peaks.peer, 'MiB', 0),
      ratio: smaller,
      target: '≤ 1/3',
      met: smaller <= AT_MOST ? 'met' : 'not met', // not met either where a system without /proc makes it NaN
    },
  ];
}

function missing(figure: string, target: string): Compared {
  return { what: `${figure} against ${PEER}`, ours: 'not measured', peer: 'nothing', target, met: 'peer missing' };
}
