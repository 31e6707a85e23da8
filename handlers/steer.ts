import { createSteerHandler } from '../src/compose-steer.ts';
import type { WatchHandler } from '../src/compose-watch.ts';

/** Every ten seconds: where the traffic of access points is to go. */
export const handler: WatchHandler = createSteerHandler();
