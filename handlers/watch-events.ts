import { createWatchEventsHandler, type WatchHandler } from '../src/compose-watch.ts';

/** Once an hour: whether S3 has told of what a listing shows. */
export const handler: WatchHandler = createWatchEventsHandler();
