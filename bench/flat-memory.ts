import { formatSize } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { type ReadingStage, readWith } from './reading.ts';
import { median } from './rounds.ts';
import type { Row } from './row.ts';

const MIB = 1024 ** 2;
const AT_MOST = 1.25;

interface Content {
  readonly name: string;
  readonly key: string;
  readonly expected: string;
}

/** G5: memory must not depend on what is read, or some object will be too large for the function. */
export async function benchFlatMemory(options: BenchOptions, stage: ReadingStage): Promise<Row> {
  const { quick } = options;
  const rounds = quick ? 1 : 3;
  const contents = contentsOf(options.sizeBytes);
  const peaks: number[][] = contents.map(() => []);
  for (const { key } of contents) await stage.server.prepare(key);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { key, expected }] of contents.entries()) {
      const task = { endpoint: stage.server.http, key, expected: [`verified ${expected}`] };
      const { peakBytes = Number.NaN } = await readWith(stage.clients.verify, task);
      peaks[index]?.push(peakBytes / MIB);
    }
  }
  const medians = peaks.map((peak) => median(peak));
  const ratio = Math.max(...medians) / Math.min(...medians);
  return {
    goal: 'G5',
    what: 'peak memory of an inspection: the largest of these contents against the smallest',
    n: rounds,
    sizes: contents.map(({ name }) => name).join(' · '),
    ours: `${medians.map((peak) => peak.toFixed(0)).join(' · ')} MiB`,
    peer: 'itself',
    ratio,
    target: `≤ ${AT_MOST}`,
    met: ratio <= AT_MOST ? 'met' : 'not met',
    versions: `node ${process.versions.node}`,
  };
}

/** A small and a large object by their checksum, small and large parts by their ETag. */
function contentsOf(sizeBytes: number): readonly Content[] {
  return [whole(sizeBytes / 16), whole(sizeBytes), inParts(sizeBytes, 8 * MIB), inParts(sizeBytes, sizeBytes / 2)];
}

function whole(sizeBytes: number): Content {
  return { name: formatSize(sizeBytes), key: `whole-${sizeBytes}`, expected: 'stored-checksum' };
}

function inParts(sizeBytes: number, partBytes: number): Content {
  return {
    name: `${formatSize(sizeBytes)} in parts of ${formatSize(partBytes)}`,
    key: `parts-${partBytes}-of-${sizeBytes}`,
    expected: 'etag',
  };
}
