import { createProbeHandler } from '../src/compose-steer.ts';
import type { WatchHandler } from '../src/compose-watch.ts';

/** Every ten seconds: whether the buckets behind access points answer, as seen from this Region. */
export const handler: WatchHandler = createProbeHandler();
