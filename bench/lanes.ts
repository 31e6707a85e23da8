import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoStacks } from '../test/demo/show.ts';
import { setFloodStage } from '../test/sandbox/flood-stage.ts';

// npx tsx bench/lanes.ts [EVENTS] [ROUNDS]: how fast a flooded signals lane is drained with batches of 1, 5 and 10, in turn.
const events = Number(process.argv[2] ?? 1_000);
const rounds = Number(process.argv[3] ?? 3);
const BATCHES = [1, 5, 10] as const;

/** The packaged stacks, with another batch size for every queue. */
async function withBatches(of: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-lanes-'));
  await cp(await demoStacks(), folder, { recursive: true });
  for (const region of await readdir(folder)) {
    const file = join(folder, region, 'cloudformation-template-update-stack.json');
    const template = await readFile(file, 'utf8');
    await writeFile(file, template.replaceAll(/"BatchSize": ?10/g, `"BatchSize": ${of}`));
  }
  return folder;
}

async function drain(batch: number): Promise<number> {
  const folder = await withBatches(batch);
  const on = await setFloodStage(folder);
  try {
    const startedAt = performance.now();
    on.flood(events);
    for (;;) {
      await sleep(250);
      const depths = await Promise.all(['SignalsQueue', 'LooksQueue'].map(async (queue) => on.depth(queue)));
      if (depths.every(({ waiting, inFlight }) => waiting + inFlight === 0)) break;
    }
    const settled = await on.settled();
    if (settled !== events) throw new Error(`expected ${events} events to be done, got ${settled}`);
    return events / ((performance.now() - startedAt) / 1_000);
  } finally {
    await on.close();
    await rm(folder, { recursive: true });
  }
}

const rates = new Map<number, number[]>(BATCHES.map((batch) => [batch, []]));
for (let round = 0; round < rounds; round += 1) for (const batch of BATCHES) rates.get(batch)?.push(await drain(batch));

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
for (const [batch, measured] of rates) {
  const ratio = median(measured) / median(rates.get(1) ?? []);
  process.stdout.write(
    `batches of ${batch}: ${median(measured).toFixed(0)} events a second, ${ratio.toFixed(2)} of one\n`,
  );
}
