import type { Platform } from '../platform.ts';
import type { Message } from '../sqs/message.ts';
import type { Queue } from '../sqs/queue.ts';
import { LARGEST_CONCURRENCY, type FunctionHost } from './function-host.ts';
import { succeeded, toSqsEvent } from './sqs-event.ts';

/** How a function is fed from a queue. */
export interface MappingSettings {
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maximumConcurrency?: number;
  readonly reportsItemFailures: boolean;
}

export interface EventSourceMapping {
  /** Whether no batch is under way, and none could be: nothing visible, or the Region is out. */
  isIdle(): boolean;
  close(): void;
}

/** A wait for messages ends after this at the latest; a message ends it at once. */
const POLL_MS = 3_600_000;
const OUTAGE_CHECK_MS = 500;

export function startMapping(
  platform: Pick<Platform, 'clock' | 'faults'>,
  { queue, host }: { readonly queue: Queue; readonly host: FunctionHost },
  settings: MappingSettings,
): EventSourceMapping {
  const { clock, faults } = platform;
  const stopped = new AbortController();
  let busy = 0;

  const isOut = (): boolean => faults.has('region-outage', { region: queue.region });
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve));

  /** Messages up to the batch size; within the window after the first of them, more may come. */
  async function takeBatch(): Promise<readonly Message[]> {
    const batch = [...queue.receive({ max: settings.batchSize })];
    const until = clock.now() + settings.batchingWindowSeconds * 1000;
    while (batch.length > 0 && batch.length < settings.batchSize && clock.now() < until && !stopped.signal.aborted) {
      await queue.waitForMessage(until - clock.now());
      batch.push(...queue.receive({ max: settings.batchSize - batch.length }));
    }
    return batch;
  }

  async function settle(batch: readonly Message[]): Promise<void> {
    const outcome = await host.invoke(toSqsEvent(queue, batch));
    // What is not removed comes back when its visibility timeout ends, and counts as received once more.
    if (!outcome.ok || stopped.signal.aborted) return;
    const done = settings.reportsItemFailures ? succeeded(batch, outcome.value) : batch;
    for (const { receiptHandle } of done) if (receiptHandle !== undefined) queue.remove(receiptHandle);
  }

  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      if (isOut()) {
        await wait(OUTAGE_CHECK_MS);
        continue;
      }
      busy += 1;
      const batch = await takeBatch();
      if (batch.length > 0) await settle(batch);
      busy -= 1;
      if (batch.length === 0) await queue.waitForMessage(POLL_MS);
    }
  }

  const pollers = Math.min(settings.maximumConcurrency ?? LARGEST_CONCURRENCY, LARGEST_CONCURRENCY);
  for (let index = 0; index < pollers; index += 1) void poll();

  return {
    isIdle: () => busy === 0 && (isOut() || queue.counts().visible === 0),
    close() {
      stopped.abort();
    },
  };
}
