import { describe, expect, it } from 'vitest';
import { checkConfig, parseConfig } from '../../src/config-schema.ts';
import type { AuditConfig } from '../../src/model/config.ts';

const DAY_MS = 86_400_000;

function configWith(audit: string, name = 'weekly'): string {
  return `version: 1
pairs:
  orders:
    source: { bucket: orders-use1, region: us-east-1, account: '111122223333' }
    destinations: [{ bucket: orders-euw1, region: eu-west-1, account: '111122223333' }]
  alone: { source: { bucket: alone-use1, region: us-east-1, account: '111122223333' } }
audits:
  ${name}: { ${audit} }`;
}

function auditOf(members: string): AuditConfig | undefined {
  return parseConfig(configWith(`pair: orders, ${members}`)).audits?.[0];
}

describe('an audit by the clock', () => {
  it('has safe defaults', () => {
    expect(auditOf('schedule: rate(7 days)')).toEqual({
      name: 'weekly',
      pair: 'orders',
      schedule: 'rate(7 days)',
      timezone: 'UTC',
      prefix: '',
      versions: true,
      content: { mode: 'never', share: 0.01 },
      budget: 10,
      ceiling: 100_000,
      concurrency: 20,
      keepMs: 400 * DAY_MS,
    });
  });

  it('resolves what is set', () => {
    const members = `schedule: cron(0 3 ? * SUN *), timezone: Europe/Berlin, prefix: 'a/b', versions: false,
      content: {mode: sample, share: 0.5%}, budget: 2.5, ceiling: 10, concurrency: 1, grace: 2h, keep: 900d,
      lock: {mode: compliance, for: 365d}`;
    expect(auditOf(members)).toEqual({
      name: 'weekly',
      pair: 'orders',
      schedule: 'cron(0 3 ? * SUN *)',
      timezone: 'Europe/Berlin',
      prefix: 'a/b',
      versions: false,
      content: { mode: 'sample', share: 0.005 },
      budget: 2.5,
      ceiling: 10,
      concurrency: 1,
      graceMs: 7_200_000,
      keepMs: 900 * DAY_MS,
      lock: { mode: 'compliance', forMs: 365 * DAY_MS },
    });
  });

  it('is not there where none is configured', () => {
    expect(parseConfig('version: 1')).not.toHaveProperty('audits');
  });

  it.each([
    ['no schedule', 'pair: orders', ['audits.weekly.schedule: is missing']],
    [
      'five fields of cron',
      'pair: orders, schedule: cron(0 3 * * *)',
      ["audits.weekly.schedule: expected `rate(7 days)` or `cron(0 3 ? * SUN *)`, got 'cron(0 3 * * *)'"],
    ],
    [
      'cron without its name',
      'pair: orders, schedule: 0 3 ? * SUN *',
      [
        "audits.weekly.schedule: expected `rate(7 days)` or `cron(0 3 ? * SUN *)`, got '0 3 ? * SUN *'; write `cron(0 3 ? * SUN *)`",
      ],
    ],
    [
      'a rate that is too fast',
      'pair: orders, schedule: rate(14 minutes)',
      ['audits.weekly.schedule: is more often than every 15 minutes'],
    ],
    [
      'a weekday that does not exist',
      'pair: orders, schedule: cron(0 3 ? * SUNDAY *)',
      ["audits.weekly.schedule: 'cron(0 3 ? * SUNDAY *)' has a field that EventBridge Scheduler does not understand"],
    ],
    [
      'both kinds of days',
      'pair: orders, schedule: cron(0 3 * * SUN *)',
      ["audits.weekly.schedule: 'cron(0 3 * * SUN *)' has a field that EventBridge Scheduler does not understand"],
    ],
    [
      'a time zone that does not exist',
      'pair: orders, schedule: rate(1 day), timezone: Mars/Olympus',
      ["audits.weekly.timezone: there is no time zone 'Mars/Olympus'"],
    ],
    [
      'a pair that does not exist',
      'pair: order, schedule: rate(1 day)',
      ["audits.weekly.pair: there is no pair 'order'; did you mean `orders`?"],
    ],
    [
      'a pair like no other',
      'pair: something, schedule: rate(1 day)',
      ["audits.weekly.pair: there is no pair 'something'"],
    ],
    [
      'a pair without a destination',
      'pair: alone, schedule: rate(1 day)',
      ["audits.weekly.pair: 'alone' has no destination: there is nothing to compare with"],
    ],
    [
      'a lock that outlives its report',
      'pair: orders, schedule: rate(1 day), keep: 30d, lock: {mode: governance, for: 31d}',
      ['audits.weekly.lock.for: is longer than the report is kept; make `keep` as long'],
    ],
    [
      'a share of nothing',
      'pair: orders, schedule: rate(1 day), content: {mode: sample, share: 0%}',
      ["audits.weekly.content.share: expected a share such as `1%`, got '0%'"],
    ],
    [
      'no budget',
      'pair: orders, schedule: rate(1 day), budget: 0',
      ['audits.weekly.budget: expected a number from 0.01 to 1000000, got the number 0'],
    ],
  ])('refuses %s', (_, members, problems) => {
    const found = checkConfig(configWith(members)).problems;
    expect(found.map(({ path, message, fix }) => `${path}: ${message}${fix === undefined ? '' : `; ${fix}`}`)).toEqual(
      problems,
    );
  });

  it('is checked while another one is wrong in itself', () => {
    const two = `${configWith('pair: none, schedule: rate(1 day)')}\n  daily: { pair: orders, schedule: daily }`;
    expect(checkConfig(two).problems.map(({ path }) => path)).toEqual(['audits.weekly.pair', 'audits.daily.schedule']);
  });
});
