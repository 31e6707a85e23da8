/** A day of a month, which has so many; 1 is Sunday. */
export interface MonthDay {
  readonly day: number;
  readonly weekday: number;
  /** The last of the month. */
  readonly last: number;
}

export type DayRule = (day: MonthDay) => boolean;

interface Range {
  readonly least: number;
  readonly greatest: number;
  /** Of the numbers, beginning with the least. */
  readonly names?: readonly string[];
}

const WEEKDAYS: Range = { least: 1, greatest: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };
const DAYS: Range = { least: 1, greatest: 31 };

/** Lists, ranges, steps, names and stars. `undefined`: it is none of that. */
export function readNumbers(field: string, { least, greatest, names = [] }: Range): ReadonlySet<number> | undefined {
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    return named === -1 ? Number(text) : least + named;
  };
  const allowed = new Set<number>();
  for (const part of field.split(',')) {
    const found = /^(?:\*|(\d{1,4}|[a-z]{3})(?:-(\d{1,4}|[a-z]{3}))?)(?:\/(\d{1,4}))?$/i.exec(part);
    if (found === null) return undefined;
    const [, first, until, step] = found;
    const from = first === undefined ? least : numberOf(first);
    const isOpen = first === undefined || step !== undefined;
    const to = until === undefined ? (isOpen ? greatest : from) : numberOf(until);
    if (!(from >= least && to <= greatest && from <= to) || step === '0') return undefined;
    for (let value = from; value <= to; value += Number(step ?? 1)) allowed.add(value);
  }
  return allowed;
}

/** Days of the month: numbers, `L` for the last, `15W` for the weekday that is nearest to it. */
export function readDays(field: string): DayRule | undefined {
  if (field === '?') return () => true;
  if (field === 'L') return ({ day, last }) => day === last;
  const [, nearest] = /^(\d{1,2})W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    const wanted = Number(nearest);
    return wanted >= 1 && wanted <= 31 ? (day) => isNearest(day, wanted) : undefined;
  }
  const days = readNumbers(field, DAYS);
  return days === undefined ? undefined : ({ day }) => days.has(day);
}

/** Days of the week: numbers, `L` for Saturday, `6L` for the last Friday of the month, `6#3` for its third. */
export function readWeekdays(field: string): DayRule | undefined {
  if (field === '?') return () => true;
  if (field === 'L') return ({ weekday }) => weekday === WEEKDAYS.greatest;
  const [, name = '', isLast, nth] = /^(\d|[a-z]{3})(?:(L)|#([1-5]))$/i.exec(field) ?? [];
  const weekdays = readNumbers(name === '' ? field : name, WEEKDAYS);
  if (weekdays === undefined) return undefined;
  return ({ day, weekday, last }) =>
    weekdays.has(weekday) &&
    (isLast === undefined || day + 7 > last) &&
    (nth === undefined || Math.ceil(day / 7) === Number(nth));
}

/** Saturday goes to the Friday before it and Sunday to the Monday after it, but never into another month. */
function isNearest({ day, weekday, last }: MonthDay, wanted: number): boolean {
  if (weekday === 1 || weekday === 7 || wanted > last) return false;
  if (day === wanted) return true;
  const isFriday = weekday === 6;
  const isMonday = weekday === 2;
  if (day === wanted - 1) return isFriday;
  if (day === wanted + 1) return isMonday;
  return (isMonday && wanted === 1 && day === 3) || (isFriday && wanted === last && day === last - 2);
}
