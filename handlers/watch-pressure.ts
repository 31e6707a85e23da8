import { createWatchPressureHandler, type WatchHandler } from '../src/compose-watch.ts';

/** Every minute: what is on its way to this Region, its limits, and whether the other stacks watch. */
export const handler: WatchHandler = createWatchPressureHandler();
