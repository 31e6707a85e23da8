/** After how long without a heartbeat a stack is silent, in milliseconds; it has one every minute. */
export const SILENT_AFTER_MS: number = 5 * 60_000;

/** The latest sign of life of the stack of a Region. */
export interface Heartbeat {
  readonly region: string;
  readonly at: Date;
  /** Since when there was never a pause longer than `SILENT_AFTER_MS`. */
  readonly since: Date;
}

/** Whether somebody looked so lately that nothing is to be feared. */
export function isAlive({ at }: Heartbeat, now: Date): boolean {
  return now.getTime() - at.getTime() <= SILENT_AFTER_MS;
}

/** The next heartbeat, which continues the last one where the pause was short. */
export function nextHeartbeat(region: string, last: Heartbeat | undefined, now: Date): Heartbeat {
  return { region, at: now, since: last !== undefined && isAlive(last, now) ? last.since : now };
}
