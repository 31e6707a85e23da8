import { readCron } from './cron.ts';

/** When something begins by the clock. */
export interface Schedule {
  /**
   * The first time after `after`. `undefined`: never again. A rate is counted from when it was set up, which nobody tells:
   * from `anchor`, a time at which it began.
   */
  next(after: Date, anchor?: Date): Date | undefined;
}

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(…)` and `cron(…)` as EventBridge Scheduler does. `undefined`: it is neither.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readSchedule(expression: string, timezone: string = 'UTC'): Schedule | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const everyMs = Number(count) * (UNITS_MS[unit] ?? 0);
  if (everyMs > 0) {
    return {
      next(after, anchor = after) {
        const passed = Math.floor((after.getTime() - anchor.getTime()) / everyMs);
        return new Date(anchor.getTime() + (passed + 1) * everyMs);
      },
    };
  }
  const [, fields] = /^cron\(([^()]+)\)$/.exec(expression) ?? [];
  return fields === undefined ? undefined : readCron(fields, timezone);
}
