import { createHash, randomFillSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { digestContent } from '../src/digest/content-reader.ts';
import { multipartETag } from '../src/digest/composite.ts';
import { createCrc } from '../src/digest/crc.ts';
import { toPartSizes } from '../src/digest/part-sizes.ts';
import { type Crc64Peer, loadAwsCrt, loadAwsSdk } from './crc64-peers.ts';
import { formatSpeeds, interleave, ratioOf } from './rounds.ts';
import { formatRow, type Row } from './row.ts';

const MIB = 1024 * 1024;
const ROUNDS = 7;

/** What is hashed once after the other, often enough to make the size. Larger than the caches, as a real object is. */
const POOL = randomFillSync(Buffer.allocUnsafe(64 * MIB));

/** The pool over and over, in chunks of these sizes in turn. Views, not copies. */
function chunksOf(sizeBytes: number, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let left = sizeBytes, turn = 0, start = 0; left > 0; turn++) {
    const chunk = POOL.subarray(start, start + Math.min(left, sizes[turn % sizes.length] ?? MIB));
    chunks.push(chunk);
    left -= chunk.length;
    start = (start + chunk.length) % POOL.length;
  }
  return chunks;
}

async function* arriving(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

function versionsWith(...packages: readonly string[]): string {
  return [`node ${process.versions.node}`, `openssl ${process.versions.openssl}`, ...packages].join(', ');
}

/** G1: the CRC that S3 computes by default, against what its SDK computes it with. */
async function benchCrc64(peer: Crc64Peer | undefined, name: string, atLeast: number): Promise<Row> {
  const sizeBytes = 64 * MIB;
  const chunks = chunksOf(sizeBytes, [MIB]);
  const oursOnce = (): string => {
    const crc = createCrc('CRC64NVME');
    for (const chunk of chunks) crc.update(chunk);
    return crc.save();
  };
  const common = { goal: 'G1', what: `CRC64NVME against ${name}`, n: ROUNDS, sizes: '64 MiB in chunks of 1 MiB' };
  const target = `≥ ${atLeast}`;
  if (peer === undefined) {
    const { ours } = await interleave(ROUNDS, sizeBytes, { ours: () => void oursOnce(), peer: () => undefined });
    const absent = { peer: 'nothing', target, met: 'peer missing', versions: versionsWith() } as const;
    return { ...common, ours: formatSpeeds(ours), ...absent };
  }
  const expected = await peer.digest(chunks);
  if (oursOnce() !== expected) throw new Error(`${name} computed ${expected}, we ${oursOnce()}`);
  const rounds = await interleave(ROUNDS, sizeBytes, {
    ours: () => void oursOnce(),
    peer: async () => void (await peer.digest(chunks)),
  });
  const ratio = ratioOf(rounds);
  return {
    ...common,
    ours: formatSpeeds(rounds.ours),
    peer: formatSpeeds(rounds.peer),
    ratio,
    target,
    met: ratio >= atLeast ? 'met' : 'not met',
    versions: versionsWith(`${peer.packageName} ${peer.version}`),
  };
}

function md5Alone(chunks: readonly Uint8Array[]): string {
  const hash = createHash('md5');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('base64');
}

/** G2: what a second digest costs when the first is needed anyway. */
async function benchOnePass(): Promise<Row> {
  const sizeBytes = 512 * MIB;
  const chunks = chunksOf(sizeBytes, [64 * 1024, 256 * 1024, MIB, 128 * 1024, 512 * 1024]);
  const rounds = await interleave(5, sizeBytes, {
    ours: async () => void (await digestContent(arriving(chunks), { whole: ['MD5', 'CRC64NVME'] })),
    peer: () => void md5Alone(chunks),
  });
  const ratio = ratioOf(rounds);
  return {
    goal: 'G2',
    what: 'MD5 and CRC64NVME in one pass against MD5 alone by node:crypto',
    n: 5,
    sizes: '512 MiB in chunks of 64 KiB to 1 MiB',
    ours: formatSpeeds(rounds.ours),
    peer: formatSpeeds(rounds.peer),
    ratio,
    target: '≥ 0.95',
    met: ratio >= 0.95 ? 'met' : 'not met',
    versions: versionsWith(),
  };
}

/** G3: the ETag of a multipart object, which is many MD5s, against one MD5 of the same bytes. */
async function benchMultipart(): Promise<Row> {
  const sizeBytes = 256 * MIB;
  const chunks = chunksOf(sizeBytes, [MIB]);
  const parts = { sizesBytes: toPartSizes(sizeBytes, 8 * MIB), algorithms: ['MD5'] } as const;
  const rounds = await interleave(5, sizeBytes, {
    ours: async () => {
      const result = await digestContent(arriving(chunks), { whole: [], parts });
      multipartETag(
        (result.parts ?? []).map(({ digests }) => Buffer.from(digests.MD5 ?? '', 'base64').toString('hex')),
      );
    },
    peer: () => void md5Alone(chunks),
  });
  return {
    goal: 'G3',
    what: 'multipart ETag on one core against one MD5 by node:crypto',
    n: 5,
    sizes: '256 MiB in parts of 8 MiB',
    ours: formatSpeeds(rounds.ours),
    peer: formatSpeeds(rounds.peer),
    ratio: ratioOf(rounds),
    target: '≥ 2.0, not gated',
    met: 'reported',
    versions: versionsWith(),
  };
}

/** The rows of everything that is computed without a network. About half a minute. */
export async function benchDigest(): Promise<Row[]> {
  return [
    await benchCrc64(loadAwsSdk(), '@aws-sdk/checksums in JavaScript', 10),
    await benchCrc64(loadAwsCrt(), 'aws-crt', 3),
    await benchOnePass(),
    await benchMultipart(),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await benchDigest();
  const format = process.argv.includes('--json') ? JSON.stringify : formatRow;
  for (const row of rows) console.log(format(row));
}
