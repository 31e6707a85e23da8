import * as v from 'valibot';
import { CONTENT_MODES } from '../model/config.ts';
import type { AuditDocument } from './document.ts';
import { name } from './schema-places.ts';
import { amount, count, duration, flag, mapping, oneOf, text } from './values.ts';

/** As EventBridge Scheduler takes it; what cannot be seen from the form is refused when it is deployed. */
const SCHEDULE = /^(?:rate\([1-9]\d{0,4} (?:minute|hour|day)s?\)|cron\([^ ()]+(?: [^ ()]+){5}\))$/;

/** An audit that is made by the clock. */
export const audit: v.GenericSchema<unknown, AuditDocument> = mapping({
  pair: v.pipe(name, v.description('pair that is audited, in the stack of the Region of its source')),
  schedule: v.pipe(
    text(SCHEDULE, '`rate(7 days)` or `cron(0 3 ? * SUN *)`', (input) =>
      /^\S+(?: \S+){5}$/.test(String(input)) && !String(input).startsWith('cron(')
        ? `write \`cron(${String(input)})\``
        : undefined,
    ),
    v.description('when, as EventBridge Scheduler takes it; a run that is under way is never doubled'),
  ),
  timezone: v.optional(
    v.pipe(
      text(/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/, 'a time zone such as `Europe/Berlin`'),
      v.check(
        (input) => isTimeZone(input),
        ({ input }) => `there is no time zone '${input}'`,
      ),
      v.description('time zone of a `cron(…)`'),
    ),
    'UTC',
  ),
  prefix: v.optional(
    v.pipe(
      v.string('expected a text'),
      v.maxLength(1_024, 'is longer than any key'),
      v.description('only keys that begin so'),
    ),
    '',
  ),
  versions: v.optional(v.pipe(flag(), v.description('noncurrent versions and delete markers too')), true),
  content: v.optional(
    v.pipe(
      mapping({
        mode: v.optional(
          v.pipe(oneOf(CONTENT_MODES), v.description('whose bytes are read; `age`: as `verify[].every` says')),
          'never',
        ),
        share: v.optional(
          v.pipe(
            text(/^(?!0+(?:\.0+)?%$)(?:100|\d{1,2}(?:\.\d{1,6})?)%$/, 'a share such as `1%`'),
            v.description('of all versions, for a sample'),
          ),
          '1%',
        ),
      }),
      v.description('reading bytes, on both sides'),
    ),
    {},
  ),
  budget: v.optional(
    v.pipe(amount(0.01, 1_000_000), v.description('most that one run may cost, in US dollars of list prices')),
    10,
  ),
  ceiling: v.optional(v.pipe(count(1, 10_000_000), v.description('differences at which a run stops')), 100_000),
  concurrency: v.optional(v.pipe(count(1, 1_000), v.description('shards at once')), 20),
  grace: v.optional(
    v.pipe(
      duration('0s', '30d'),
      v.description('age from which a version has to be there; left out: that of the last look of `lookAfter`'),
    ),
  ),
  keep: v.optional(v.pipe(duration('1d', '3650d'), v.description('how long reports are kept; 1d to 3650d')), '400d'),
  lock: v.optional(
    v.pipe(
      mapping({
        mode: v.pipe(oneOf(['governance', 'compliance']), v.description('mode of Object Lock')),
        for: v.pipe(duration('1d', '3650d'), v.description('how long nobody may change or delete a report')),
      }),
      v.description('Object Lock of reports; left out: none'),
    ),
  ),
});

function isTimeZone(input: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: input }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // that is how it says so
  }
}
