import type { SandboxClock } from '../service.ts';

/** Counts what happens within one second of sandbox time, by name. */
export interface RateMeter {
  /** Counts one more where this second has room for it; whether it had. */
  take(name: string, perSecond: number): boolean;
}

/** Remembers the present second only. */
export function createRateMeter({ now }: Pick<SandboxClock, 'now'>): RateMeter {
  const counts = new Map<string, number>();
  let second = 0;
  return {
    take(name, perSecond) {
      const present = Math.floor(now() / 1000);
      if (present !== second) {
        counts.clear();
        second = present;
      }
      const count = counts.get(name) ?? 0;
      if (count >= perSecond) return false;
      counts.set(name, count + 1);
      return true;
    },
  };
}
