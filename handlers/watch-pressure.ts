import { createWatchPressureHandler, type WatchHandler } from '../src/compose-watch.ts';

/** Every minute: what is on its way to this Region, and its limits. */
export const handler: WatchHandler = createWatchPressureHandler();
