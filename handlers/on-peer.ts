import { type BatchHandler, createBatchHandler } from '../src/compose.ts';

/** What other stacks tell of versions on their way to this Region: the peer lane. */
export const handler: BatchHandler = createBatchHandler();
