import type { WriteMeasurement } from '../../model/measurements.ts';
import type { Clock, WriteMeter } from '../../ports.ts';

/** A rate of hours or days does not change within it; each question costs money. In milliseconds. */
const FRESH_FOR_MS = 15 * 60_000;

/** Asks about each bucket once in a quarter of an hour, also where nothing was published. Errors are not remembered. */
export function rememberWrites(meter: WriteMeter, { clock }: { readonly clock: Clock }): WriteMeter {
  const known = new Map<string, { readonly measured: WriteMeasurement | undefined; readonly untilMs: number }>();
  return {
    async read(bucket, options) {
      const nowMs = clock.now().getTime();
      const fresh = known.get(bucket.bucket);
      if (fresh !== undefined && fresh.untilMs > nowMs) return fresh.measured;
      const measured = await meter.read(bucket, options);
      known.set(bucket.bucket, { measured, untilMs: nowMs + FRESH_FOR_MS });
      return measured;
    },
  };
}
