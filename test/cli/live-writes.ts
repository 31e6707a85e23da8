import { setTimeout } from 'node:timers/promises';
import { createDirectWrites } from './direct-writes.ts';
import { HOME, type PairStage, SOURCE } from './pair-stage.ts';

/** What went on beside an audit. */
export interface LiveWrites {
  readonly count: number;
  readonly perSecond: number;
}

/** How often the writer looks at the clock, in milliseconds. */
const TURN_MS = 5;
/** In one turn, so that the audit has its turns too. */
const MOST_AT_ONCE = 20;
/** Keys that are written again and again. */
const KEYS = 5_000;
/** Healthy objects among which nobody writes. */
const QUIET = 100;

/**
 * Writes new objects, overwrites and deletes them until it is ended, so many a second as far as the process gets to it: the sandbox
 * and the audit share it.
 */
export function writeLive(
  stage: PairStage,
  { perSecond, among }: { readonly perSecond: number; /** So many healthy objects. */ readonly among: number },
): { end(): Promise<LiveWrites> } {
  const writes = createDirectWrites(stage.cloud, { bucket: SOURCE, region: HOME[SOURCE] });
  const startedAt = performance.now();
  const stride = Math.max(1, Math.floor((among - QUIET) / KEYS));
  const state = { ended: false, count: 0 };
  const one = async (index: number): Promise<void> => {
    const beside = QUIET + stride * ((index * 7_919) % KEYS);
    const key = `data/${String(beside).padStart(6, '0')}-live`;
    if (index % 11 === 10) await writes.remove(key);
    else await writes.put(key, String(index));
  };
  const work = async (): Promise<void> => {
    while (!state.ended) {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
      const upTo = Math.min(due, state.count + MOST_AT_ONCE);
      for (; state.count < upTo && !state.ended; state.count += 1) await one(state.count);
      await setTimeout(TURN_MS);
    }
  };
  const working = work();
  working.catch(() => undefined); // awaited when it is ended
  return {
    async end() {
      state.ended = true;
      await working;
      const seconds = (performance.now() - startedAt) / 1_000;
      return { count: state.count, perSecond: Math.round(state.count / seconds) };
    },
  };
}
