import { pinning } from './cores.ts';
import { formatFigures, formatSize, inTurn, pick } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { sdkVersion } from './peers.ts';
import { type ReadingStage, readWith } from './reading.ts';
import { ratioOf } from './rounds.ts';
import type { Row } from './row.ts';

const GIB = 1024 ** 3;
const AT_MOST = 0.35;

/** G4: the processor time that one proof costs, over HTTPS as from S3. It is what a function is billed for. */
export async function benchHttpsVerify(options: BenchOptions, { server, clients }: ReadingStage): Promise<Row> {
  const { sizeBytes, rounds } = options;
  const key = `whole-${sizeBytes}`;
  const endpoint = server.https;
  await server.prepare(key);
  const readings = await inTurn(options, {
    ours: async () => readWith(clients.verify, { endpoint, key, expected: ['verified stored-checksum'] }),
    peer: async () => readWith(clients.sdkMd5, { endpoint, key, expected: ['same etag', 'validated checksum'] }),
  });
  const cpu = pick(readings, ({ cpuSeconds }) => (cpuSeconds * GIB) / sizeBytes);
  const ratio = ratioOf(cpu);
  return {
    goal: 'G4',
    what: 'processor time: inspection by CRC64NVME over HTTPS against the SDK as it comes and MD5',
    n: rounds,
    sizes: `${formatSize(sizeBytes)}; ${pinning}`,
    ours: formatFigures(cpu.ours, 'CPU-s/GiB'),
    peer: formatFigures(cpu.peer, 'CPU-s/GiB'),
    ratio,
    target: `≤ ${AT_MOST}`,
    met: ratio <= AT_MOST ? 'met' : 'not met',
    versions: `node ${process.versions.node}, openssl ${process.versions.openssl}, @aws-sdk/client-s3 ${sdkVersion()}`,
  };
}
