import { setTimeout } from 'node:timers/promises';
import type { Clock, Pause } from '../../ports.ts';

export const systemClock: Clock = { now: () => new Date() };

export const systemPause: Pause = {
  async wait(ms, { signal }) {
    if (ms <= 0 || signal.aborted) return;
    try {
      await setTimeout(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
