import { type BatchHandler, createBatchHandler } from '../src/compose.ts';

/** Readings, one object at a time: the reads lane. */
export const handler: BatchHandler = createBatchHandler();
