import { describe, expect, it } from 'vitest';
import { holdfast } from './fake-run.ts';

const NAMES = ['--set', 'database=logs', '--set', 'table=orders'];

describe('holdfast sql', () => {
  it('lists what there is, with the names that each needs', async () => {
    const { stdout, code } = await holdfast(['sql']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'throttles\n  Which prefixes S3 asked to slow down, when, and whom.\n  needs database, table\n',
    );
    expect(stdout.match(/^ {2}needs .*database/gm)).toHaveLength(11);
  });

  it('fills in the names', async () => {
    const { stdout } = await holdfast(['sql', 'access-log-table', ...NAMES, '--set', 'location=s3://my-logs/orders/']);
    expect(stdout).toContain('EXISTS logs.orders (');
    expect(stdout).toContain("LOCATION 's3://my-logs/orders/'");
    expect(stdout).not.toContain('{{');
  });

  it('quotes every bucket of a list', async () => {
    const more = ['--set', 'buckets=a,b.c', '--set', 'access_point_arn=arn:aws:s3::111122223333:accesspoint/m.mrap'];
    const { stdout } = await holdfast(['sql', 'bypasses', ...NAMES, ...more]);
    expect(stdout).toContain("bucket IN ('a', 'b.c')");
  });

  it('is refused with every problem at once', async () => {
    const { code, stderr, stdout } = await holdfast([
      'sql',
      'bypasses',
      ...NAMES,
      '--set',
      "buckets=a'",
      '--set',
      'x=1',
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('bypasses needs --set access_point_arn=…');
    expect(stderr).toContain('bypasses has no x');
    expect(stderr).toContain('buckets: expected letters');
  });

  it.each([
    [['sql', 'nothing'], "there is no 'nothing'; there are access-log-table"],
    [['sql', 'throttles', '--set', 'database'], "expected name=value, got 'database'"],
    [['sql', 'throttles', '--set', "database=a'; DROP TABLE x", '--set', 'table=b'], 'database: expected letters'],
  ])('refuses %j', async (args, message) => {
    expect(await holdfast(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});
