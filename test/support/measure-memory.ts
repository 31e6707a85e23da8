import { createMonitor } from '../../src/monitor.ts';
import { createDigester } from '../../src/digest/digester.ts';
import { createFakeWorld } from './fake-ports.ts';
import { aConfig, aLook, anEvent, aRule, aState, OBJECT } from './facts.ts';
import { present } from '../../src/model/observation.ts';

/** Inspects one generated object and prints what it took: `measure-memory <size in bytes> <count of parts>`. */
const [sizeBytes = 0, partCount = 1] = process.argv.slice(2).map(Number);
const CHUNK = Buffer.alloc(64 * 1024, 'holdfast');

let heapBytes = 0;
let residentBytes = 0;

async function* generated(): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < sizeBytes; done += CHUNK.length) {
    yield CHUNK.subarray(0, Math.min(CHUNK.length, sizeBytes - done));
    if ((done / CHUNK.length) % 512 === 0) sample();
  }
}

function sample(): void {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  heapBytes = Math.max(heapBytes, heapUsed);
  residentBytes = Math.max(residentBytes, rss);
}

async function crcOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const digester = await createDigester('CRC32');
  for await (const chunk of body) digester.update(chunk);
  return Buffer.from(digester.digest()).toString('base64');
}

const base64 = await crcOf(generated());
const each = sizeBytes / partCount;
const sizes = Array.from(
  { length: partCount },
  (_, index) => Math.floor((index + 1) * each) - Math.floor(index * each),
);
const state = aState({ sizeBytes, checksums: [{ algorithm: 'CRC32', type: 'FULL_OBJECT', base64 }] });
const { ports } = createFakeWorld();
const monitor = createMonitor(
  {
    ...ports,
    objects: {
      ...ports.objects,
      read: async () => present({ state, body: generated() }),
      parts: async () =>
        present(sizes.map((size, index) => ({ partNumber: index + 1, sizeBytes: size, checksums: [] }))),
    },
  },
  aConfig(aRule()),
);
// A suspicion makes the reading look at the parts as well.
const look = aLook({
  event: anEvent({ object: OBJECT }),
  ...(partCount > 1 ? { suspicion: { seen: 'a difference', readings: 1 } } : {}),
});
const inspection = await monitor.inspect(look, { signal: new AbortController().signal });
sample();
const verdicts = inspection?.findings.map(({ verdict }) => verdict) ?? [];
process.stdout.write(JSON.stringify({ verdicts, heapBytes, residentBytes }));
