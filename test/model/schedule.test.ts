import { describe, expect, it } from 'vitest';
import { readSchedule } from '../../src/model/schedule.ts';

/** The next times after `from`, to the minute. */
function times(expression: string, { from, zone, count = 3 }: { from: string; zone?: string; count?: number }): string {
  const schedule = readSchedule(expression, zone);
  if (schedule === undefined) return 'not understood';
  const found: string[] = [];
  let after: Date | undefined = new Date(from);
  while (found.length < count) {
    after = schedule.next(after);
    if (after === undefined) {
      found.push('never');
      break;
    }
    found.push(after.toISOString().slice(0, 16));
  }
  return found.join(' ');
}

const FROM = '2026-11-21T15:12:30Z'; // a Saturday

describe('a schedule', () => {
  it.each([
    ['rate(15 minutes)', '2026-11-21T15:27 2026-11-21T15:42 2026-11-21T15:57'],
    ['rate(1 hour)', '2026-11-21T16:12 2026-11-21T17:12 2026-11-21T18:12'],
    ['rate(7 days)', '2026-11-28T15:12 2026-12-05T15:12 2026-12-12T15:12'],
    ['cron(0 3 * * ? *)', '2026-11-22T03:00 2026-11-23T03:00 2026-11-24T03:00'],
    ['cron(0 3 ? * SUN *)', '2026-11-22T03:00 2026-11-29T03:00 2026-12-06T03:00'],
    ['cron(0 3 ? * MON-FRI *)', '2026-11-23T03:00 2026-11-24T03:00 2026-11-25T03:00'],
    ['cron(0,30 9-10 * * ? *)', '2026-11-22T09:00 2026-11-22T09:30 2026-11-22T10:00'],
    ['cron(50/5 15 * * ? *)', '2026-11-21T15:50 2026-11-21T15:55 2026-11-22T15:50'],
    ['cron(*/20 * * * ? *)', '2026-11-21T15:20 2026-11-21T15:40 2026-11-21T16:00'],
    ['cron(0 0 1 1/6 ? *)', '2027-01-01T00:00 2027-07-01T00:00 2028-01-01T00:00'],
    ['cron(0 0 1 jan,dec ? *)', '2026-12-01T00:00 2027-01-01T00:00 2027-12-01T00:00'],
    ['cron(0 0 L * ? *)', '2026-11-30T00:00 2026-12-31T00:00 2027-01-31T00:00'],
    ['cron(0 0 29 2 ? *)', '2028-02-29T00:00 2032-02-29T00:00 2036-02-29T00:00'],
    ['cron(0 0 15W * ? *)', '2026-12-15T00:00 2027-01-15T00:00 2027-02-15T00:00'],
    ['cron(0 0 ? * L *)', '2026-11-28T00:00 2026-12-05T00:00 2026-12-12T00:00'],
    ['cron(0 0 ? * 6L *)', '2026-11-27T00:00 2026-12-25T00:00 2027-01-29T00:00'],
    ['cron(0 0 ? * FRI#3 *)', '2026-12-18T00:00 2027-01-15T00:00 2027-02-19T00:00'],
    ['cron(0 0 1 1 ? 2027-2028)', '2027-01-01T00:00 2028-01-01T00:00 never'],
    ['cron(0 0 30 2 ? *)', 'never'],
    ['cron(0 0 1 1 ? 2020)', 'never'],
  ])('%s begins at %s', (expression, expected) => {
    expect(times(expression, { from: FROM })).toBe(expected);
  });

  it.each([
    ['the Friday before a Saturday', 'cron(0 0 1W 8 ? 2027)', '2027-08-02T00:00'],
    ['the Monday after a Sunday', 'cron(0 0 15W 8 ? 2027)', '2027-08-16T00:00'],
    ['a Friday, for a Saturday', 'cron(0 0 14W 8 ? 2027)', '2027-08-13T00:00'],
    ['no day of another month at its beginning', 'cron(0 0 1W 5 ? 2027)', '2027-05-03T00:00'],
    ['no day of another month at its end', 'cron(0 0 31W 10 ? 2027)', '2027-10-29T00:00'],
    ['no day that the month does not have', 'cron(0 0 31W 11 ? 2027)', 'never'],
  ])('takes as nearest weekday %s', (_, expression, expected) => {
    expect(times(expression, { from: FROM, count: 1 })).toBe(expected);
  });

  it.each([
    'every day',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'cron(0 3 * * ?)',
    'cron(0 3 * * ? * *)',
    'cron(60 3 * * ? *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 3 32 * ? *)',
    'cron(0 3 0W * ? *)',
    'cron(0 3 32W * ? *)',
    'cron(0 3 * FOO ? *)',
    'cron(0 3 ? * 8 *)',
    'cron(0 3 ? * 2#6 *)',
    'cron(0 3 ? * FOO#1 *)',
    'cron(5-3 3 * * ? *)',
    'cron(*/0 3 * * ? *)',
    'cron(0 3 * * ? 1969)',
  ])('%s is not understood', (expression) => {
    expect(readSchedule(expression)).toBeUndefined();
  });

  it('counts a rate from when it is known to have begun', () => {
    const schedule = readSchedule('rate(1 day)');
    const anchor = new Date('2026-11-01T04:00:00Z');
    expect(schedule?.next(new Date(FROM), anchor)?.toISOString()).toBe('2026-11-22T04:00:00.000Z');
    expect(schedule?.next(anchor, anchor)?.toISOString()).toBe('2026-11-02T04:00:00.000Z');
  });
});

describe('a schedule in a time zone', () => {
  it.each([
    ['is that of its clocks, in summer and in winter', '2026-10-23T12:00:00Z', '2026-10-24T01:00 2026-10-25T02:00'],
    ['leaves out what the clocks leave out', '2026-03-27T12:00:00Z', '2026-03-28T02:00 2026-03-29T01:00'],
  ])('%s', (_, from, expected) => {
    expect(times('cron(0 3 * * ? *)', { from, zone: 'Europe/Berlin', count: 2 })).toBe(expected);
  });

  it.each([
    ['is left out where the clocks are put forward over it', '2026-03-28T12:00:00Z', '2026-03-30T00:30'],
    ['comes once where the clocks show it twice', '2026-10-24T12:00:00Z', '2026-10-25T00:30 2026-10-26T01:30'],
  ])('%s', (_, from, expected) => {
    const count = expected.split(' ').length;
    expect(times('cron(30 2 * * ? *)', { from, zone: 'Europe/Berlin', count })).toBe(expected);
  });

  it.each([
    ['Pacific/Kiritimati', '2026-11-21T10:00'],
    ['Etc/GMT+12', '2026-11-22T12:00'],
    ['Asia/Kathmandu', '2026-11-21T18:15'],
  ])('begins at midnight of %s', (zone, expected) => {
    const from = zone === 'Pacific/Kiritimati' ? '2026-11-20T15:00:00Z' : FROM;
    expect(times('cron(0 0 * * ? *)', { from, zone, count: 1 })).toBe(expected);
  });
});
