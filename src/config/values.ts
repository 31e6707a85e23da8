import * as v from 'valibot';
import { nearest } from './nearest.ts';
import { nameValue } from './problems.ts';
import { DURATION, parseDuration, parseSize, SIZE } from './quantities.ts';

type TextSchema = v.GenericSchema<string, string>;
type Input = { readonly input: unknown };

/** valibot's issues carry one text; what is behind this sign is the fix. */
const FIX_SIGN = '\n';

export function withFix(message: string, fix: string | undefined): string {
  return fix === undefined ? message : `${message}${FIX_SIGN}${fix}`;
}

export function splitFix(both: string): { readonly message: string; readonly fix?: string } {
  const [message = '', fix] = both.split(FIX_SIGN);
  return fix === undefined ? { message } : { message, fix };
}

export function didYouMean(typed: unknown, candidates: Iterable<string>): string | undefined {
  const guess = typeof typed === 'string' ? nearest(typed, candidates) : undefined;
  return guess === undefined ? undefined : `did you mean \`${guess}\`?`;
}

/** A mapping with these members and no other. */
export function mapping<Entries extends v.ObjectEntries>(
  entries: Entries,
): v.ObjectWithRestSchema<Entries, v.NeverSchema<string>, (issue: v.ObjectWithRestIssue) => string> {
  return v.objectWithRest(entries, v.never('unknown name'), ({ expected, input }) =>
    expected === 'Object' ? `expected a mapping, got ${nameValue(input)}` : 'is missing',
  );
}

export function list<Item extends v.GenericSchema>(items: Item): v.ArraySchema<Item, (issue: v.ArrayIssue) => string> {
  return v.array(items, ({ input }) => `expected a list, got ${nameValue(input)}`);
}

/** Text of a form; `says` completes "expected …", `fix` guesses what was meant. */
export function text(form: RegExp, says: string, fix?: (input: unknown) => string | undefined): TextSchema {
  const message = ({ input }: Input): string => withFix(`expected ${says}, got ${nameValue(input)}`, fix?.(input));
  return v.pipe(v.string(message), v.regex(form, message));
}

export function oneOf<const Names extends readonly string[]>(
  names: Names,
): v.PicklistSchema<Names, (issue: v.PicklistIssue) => string> {
  return v.picklist(names, ({ input }) =>
    withFix(`expected ${nameChoice(names)}, got ${nameValue(input)}`, didYouMean(input, names)),
  );
}

export function flag(): v.BooleanSchema<(issue: v.BooleanIssue) => string> {
  return v.boolean(({ input }) => `expected true or false, got ${nameValue(input)}`);
}

export function count(least: number, most: number): v.GenericSchema<number, number> {
  const message = ({ input }: Input): string =>
    `expected a whole number from ${least} to ${most}, got ${nameValue(input)}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
}

/** A number that need not be whole. */
export function amount(least: number, most: number): v.GenericSchema<number, number> {
  const message = ({ input }: Input): string => `expected a number from ${least} to ${most}, got ${nameValue(input)}`;
  return v.pipe(v.number(message), v.minValue(least, message), v.maxValue(most, message));
}

export function duration(least: string, most: string): TextSchema {
  return durationOf(DURATION, [least, most], `a duration from ${least} to ${most} such as \`15m\``);
}

export function durationOrNever(least: string, most: string): TextSchema {
  const form = new RegExp(`^never$|${DURATION.source}`);
  return durationOf(form, [least, most], `\`never\` or a duration from ${least} to ${most} such as \`30d\``);
}

export function size(least: string, most: string): TextSchema {
  const says = `a size from ${least} to ${most} such as \`64 MiB\``;
  const message = ({ input }: Input): string => `expected ${says}, got ${nameValue(input)}`;
  return v.pipe(
    text(SIZE, says, (input) =>
      /\d ?[kmgt]b?$/i.test(String(input)) ? 'units are B, KiB, MiB, GiB and TiB' : undefined,
    ),
    v.check((input) => isWithin(parseSize(input), parseSize(least), parseSize(most)), message),
  );
}

/** A time that means the same on every machine, such as `2026-11-02T08:00:00Z`. */
export function time(): TextSchema {
  const says = 'a time with its zone such as `2026-11-02T08:00:00Z`';
  const message = ({ input }: Input): string => `expected ${says}, got ${nameValue(input)}`;
  return v.pipe(
    text(/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/, says, (input) =>
      /^\d{4}-\d\d-\d\dT[\d:]+$/.test(String(input)) ? `write \`${String(input)}Z\` for UTC` : undefined,
    ),
    v.check((input) => !Number.isNaN(Date.parse(input)), message),
  );
}

function durationOf(form: RegExp, [least, most]: readonly [string, string], says: string): TextSchema {
  const message = ({ input }: Input): string => `expected ${says}, got ${nameValue(input)}`;
  return v.pipe(
    text(form, says, (input) =>
      typeof input === 'number' ? `add a unit: \`${input}s\`, \`${input}m\`, …` : undefined,
    ),
    v.check((input) => isWithin(parseDuration(input), parseDuration(least), parseDuration(most)), message),
  );
}

/** What is no quantity at all was said before, by its form. */
function isWithin(value: number | undefined, least = 0, most = 0): boolean {
  return value === undefined || (value >= least && value <= most);
}

function nameChoice(names: readonly string[]): string {
  return names.length > 12 ? 'a known name' : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
