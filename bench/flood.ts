import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFloodStage } from '../test/sandbox/flood-stage.ts';

// npx tsx bench/flood.ts [EVENTS]: drains a flooded signals lane to the end, in the embedded cloud, and accounts for every event.
const events = Number(process.argv[2] ?? 100_000);
/** A failed replication, notified after all of them. */
const FAILED = 'flood/failed';
const on = await setFloodStage();
try {
  const startedAt = performance.now();
  on.flood(events);
  on.fail(FAILED);
  let failedS: number | undefined;
  for (;;) {
    await sleep(1_000);
    const { waiting, inFlight } = await on.depth('SignalsQueue');
    process.stderr.write(`\r${waiting} waiting, ${inFlight} in flight   `);
    if (failedS === undefined && (await on.isSettled(FAILED))) failedS = (performance.now() - startedAt) / 1_000;
    const looks = await on.depth('LooksQueue');
    if (waiting + inFlight + looks.waiting + looks.inFlight === 0) break;
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const settled = await on.settled();
  const lost = ['PoisonQueue', 'SignalsDeadLetterQueue', 'LooksDeadLetterQueue'].map(
    async (queue) => (await on.depth(queue)).waiting,
  );
  const aside = (await Promise.all(lost)).reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${events} events in ${seconds.toFixed(1)} s: ${(events / seconds).toFixed(0)} per second with two environments; ` +
      `${settled} done, ${aside} set aside; the failure behind them was reported after ${failedS?.toFixed(1)} s\n`,
  );
  process.exitCode = settled === events && aside === 0 && failedS !== undefined ? 0 : 1;
} finally {
  await on.close();
}
