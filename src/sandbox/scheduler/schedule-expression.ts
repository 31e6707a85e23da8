import { offsetOf, type ZoneOffset } from './time-zone.ts';

/** When a schedule fires: the next time after the given one, in epoch milliseconds; `undefined`: never again. */
export type NextFiring = (afterMs: number) => number | undefined;

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(…)`, and `cron(…)` with numbers, names, lists, ranges, steps and stars, in the time of a zone. Throws an `Error` for
 * anything else. A time that a zone leaves out in spring comes an hour later, one that it has twice in autumn comes once.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseSchedule(expression: string, zone = 'UTC'): NextFiring {
  const offset = offsetOf(zone);
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs !== undefined && Number(count) > 0) return (afterMs) => afterMs + Number(count) * unitMs;
  const [, fields] = /^cron\(([^)]+)\)$/.exec(expression) ?? [];
  if (fields !== undefined) return inZone(parseCron(fields, expression), offset);
  throw new Error(`the sandbox does not know the schedule ${expression}`);
}

/** A rule about what clocks on the wall show, as one about moments. */
function inZone(next: NextFiring, offset: ZoneOffset): NextFiring {
  return (afterMs) => {
    let wallMs = next(afterMs + offset(afterMs));
    for (; wallMs !== undefined; wallMs = next(wallMs)) {
      const nearly = wallMs - offset(wallMs - offset(afterMs));
      const atMs = wallMs - offset(nearly);
      if (atMs > afterMs) return atMs;
    }
    return undefined;
  };
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS = [
  { name: 'minutes', least: 0, greatest: 59, names: [] },
  { name: 'hours', least: 0, greatest: 23, names: [] },
  { name: 'day of month', least: 1, greatest: 31, names: [] },
  { name: 'month', least: 1, greatest: 12, names: MONTHS },
  { name: 'day of week', least: 1, greatest: 7, names: WEEKDAYS },
  { name: 'year', least: 1970, greatest: 2199, names: [] },
] as const;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Longer than any leap year is away, in hours. */
const MOST_HOURS = 9 * 366 * 24;

function parseCron(text: string, expression: string): NextFiring {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw new Error(`${expression} has ${parts.length} fields, not ${FIELDS.length}`);
  const [minutes, hours, days, months, weekdays, years] = FIELDS.map((field, index) => {
    const allowed = parseField(parts[index] ?? '', field);
    if (allowed === undefined)
      throw new Error(`the sandbox does not know the ${field.name} '${parts[index]}' of ${expression}`);
    return allowed;
  });
  const isHour = (at: Date): boolean =>
    hours?.(at.getUTCHours()) === true &&
    days?.(at.getUTCDate()) === true &&
    months?.(at.getUTCMonth() + 1) === true &&
    weekdays?.(at.getUTCDay() + 1) === true &&
    years?.(at.getUTCFullYear()) === true;

  return (afterMs) => {
    const fromMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    let hourMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS;
    for (let tried = 0; tried < MOST_HOURS; tried += 1, hourMs += HOUR_MS) {
      if (!isHour(new Date(hourMs))) continue;
      for (let minute = 0; minute < 60; minute += 1) {
        const at = hourMs + minute * MINUTE_MS;
        if (at >= fromMs && minutes?.(minute) === true) return at;
      }
    }
    return undefined;
  };
}

interface Field {
  readonly least: number;
  readonly greatest: number;
  /** Of the values, from the least on. */
  readonly names: readonly string[];
}

/** Which values a field takes; `undefined` where it is not understood. */
function parseField(written: string, { least, greatest, names }: Field): ((value: number) => boolean) | undefined {
  if (written === '*' || written === '?') return () => true;
  const text = written.replaceAll(/[A-Z]{3}/g, (name) => {
    const index = names.indexOf(name);
    return index < 0 ? name : String(least + index);
  });
  const allowed = new Set<number>();
  for (const part of text.split(',')) {
    const found = /^(?:(\d+)(?:-(\d+))?|\*)(?:\/(\d+))?$/.exec(part);
    if (found === null) return undefined;
    const [, first, last, step] = found;
    const from = Number(first ?? least);
    const until = last === undefined && (first === undefined || step !== undefined) ? greatest : Number(last ?? from);
    if (from < least || until > greatest || from > until || step === '0') return undefined;
    for (let value = from; value <= until; value += Number(step ?? 1)) allowed.add(value);
  }
  return (value) => allowed.has(value);
}
