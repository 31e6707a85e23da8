import { createSendAlertsHandler } from '../src/compose-send.ts';
import type { WatchHandler } from '../src/compose-watch.ts';

/** Every minute: notices that could not leave at once, and those that fall due by time alone. */
export const handler: WatchHandler = createSendAlertsHandler();
