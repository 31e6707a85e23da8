import { scheduler } from 'node:timers/promises';
import type { Clock, Pause } from '../../ports.ts';

export const systemClock: Clock = { now: () => new Date() };

export const systemPause: Pause = {
  async wait(ms, { signal }) {
    if (ms <= 0 || signal.aborted) return;
    try {
      await scheduler.wait(ms, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
};
