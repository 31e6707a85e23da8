/** When a schedule fires: the next time after the given one, in epoch milliseconds; `undefined`: never again. */
export type NextFiring = (afterMs: number) => number | undefined;

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(…)`, and `cron(…)` with numbers, lists, ranges, steps and stars, in UTC. Throws an `Error` for anything else.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseSchedule(expression: string): NextFiring {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs !== undefined && Number(count) > 0) return (afterMs) => afterMs + Number(count) * unitMs;
  const [, fields] = /^cron\(([^)]+)\)$/.exec(expression) ?? [];
  if (fields !== undefined) return parseCron(fields, expression);
  throw new Error(`the sandbox does not know the schedule ${expression}`);
}

const FIELDS = [
  { name: 'minutes', least: 0, greatest: 59 },
  { name: 'hours', least: 0, greatest: 23 },
  { name: 'day of month', least: 1, greatest: 31 },
  { name: 'month', least: 1, greatest: 12 },
  // 1 is Sunday.
  { name: 'day of week', least: 1, greatest: 7 },
  { name: 'year', least: 1970, greatest: 2199 },
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
}

/** Which values a field takes; `undefined` where it is not understood. */
function parseField(text: string, { least, greatest }: Field): ((value: number) => boolean) | undefined {
  if (text === '*' || text === '?') return () => true;
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
