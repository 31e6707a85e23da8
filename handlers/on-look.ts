import { type BatchHandler, createBatchHandler } from '../src/compose.ts';

/** Looks to come that need no bytes: the looks lane. */
export const handler: BatchHandler = createBatchHandler();
