import { type BatchHandler, createBatchHandler } from '../src/compose.ts';

/** Notifications of S3: the signals lane. */
export const handler: BatchHandler = createBatchHandler();
