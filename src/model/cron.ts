import { type DayRule, readDays, readNumbers, readWeekdays } from './cron-field.ts';
import type { Schedule } from './schedule.ts';
import { wallClock } from './wall-clock.ts';

const DAY_MS = 86_400_000;

/** Leap days are at most eight years apart; a weekday that falls on one is at most forty. In days. */
const MOST_DAYS = 41 * 366;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The six fields of `cron(…)`: minutes, hours, day of month, month, day of week, year. `undefined`: they make no sense. */
export function readCron(fields: string, timezone: string): Schedule | undefined {
  const [minuteField = '', hourField = '', dayField = '', monthField = '', weekdayField = '', yearField = '', ...rest] =
    fields.split(' ');
  const minutes = readNumbers(minuteField, { least: 0, greatest: 59 });
  const hours = readNumbers(hourField, { least: 0, greatest: 23 });
  const days = readDays(dayField);
  const months = readNumbers(monthField, { least: 1, greatest: 12, names: MONTHS });
  const weekdays = readWeekdays(weekdayField);
  const years = readNumbers(yearField, { least: 1970, greatest: 2199 });
  const isKnown = minutes !== undefined && hours !== undefined && months !== undefined && years !== undefined;
  if (!isKnown || days === undefined || weekdays === undefined || rest.length > 0) return undefined;
  if ((dayField === '?') === (weekdayField === '?')) return undefined; // one of the two has to be left open
  const times = [...hours].flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * 60_000));
  const isDay = dayRule(days, weekdays);
  const clock = wallClock(timezone);

  return {
    next(after) {
      // A day is a day of the wall here: its midnight as if that were UTC.
      const first = Math.floor(clock.wallOf(after.getTime()) / DAY_MS) * DAY_MS;
      for (let day = first; day < first + MOST_DAYS * DAY_MS; day += DAY_MS) {
        const date = new Date(day);
        if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1) || !isDay(date)) continue;
        const found = times
          .flatMap((time) => clock.timeOf(day + time) ?? [])
          .filter((at) => at > after.getTime())
          .toSorted((a, b) => a - b)[0];
        if (found !== undefined) return new Date(found);
      }
      return undefined;
    },
  };
}

function dayRule(days: DayRule, weekdays: DayRule): (date: Date) => boolean {
  return (date) => {
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    const day = { day: date.getUTCDate(), weekday: date.getUTCDay() + 1, last };
    return days(day) && weekdays(day);
  };
}
