import { linkId } from '../model/link.ts';
import type { ReplicationMeasurements } from '../model/measurements.ts';
import type { Clock, ReplicationMeter } from '../ports.ts';

/** CloudWatch publishes by the minute, and each metric that is asked for costs. In milliseconds. */
const FRESH_FOR_MS = 60_000;

/** The meter, asked once a minute for each link at most; what went wrong is asked again at once. */
export function rememberMeasurements(meter: ReplicationMeter, clock: Clock): ReplicationMeter {
  const known = new Map<string, { readonly at: number; readonly measured: ReplicationMeasurements }>();
  return {
    async read(link, options) {
      const now = clock.now().getTime();
      const before = known.get(linkId(link));
      if (before !== undefined && now - before.at < FRESH_FOR_MS) return before.measured;
      const measured = await meter.read(link, options);
      known.set(linkId(link), { at: now, measured });
      return measured;
    },
  };
}
