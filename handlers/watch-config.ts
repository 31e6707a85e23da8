import { createWatchConfigHandler, type WatchHandler } from '../src/compose-watch.ts';

/** Every quarter of an hour: how the buckets are set up. */
export const handler: WatchHandler = createWatchConfigHandler();
