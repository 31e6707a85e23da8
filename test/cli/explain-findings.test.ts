import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessLine, trailRecord } from '../support/log-lines.ts';
import { type Ended, holdfast, linesOf } from './fake-run.ts';

const OBJECT = { bucket: 'orders-use1', region: 'us-east-1', key: 'a b', versionId: 'v1' };
const REPLICA = { bucket: 'orders-euw1', region: 'eu-west-1' };
const AT = '2026-11-02T08:00:00.000Z';

const found = (code: string, key: string): object => ({
  kind: 'finding',
  code,
  object: { ...OBJECT, key },
  replica: REPLICA,
  lastModifiedAt: AT,
  evidence: { pair: 'orders' },
});
const GONE = found('source-version-gone', 'a b');
const HIDDEN = found('delete-marker-differs', 'in/hidden');
const UNKNOWN = found('replica-missing', 'in/unknown');
const ALERT = {
  specversion: '1.0',
  data: {
    code: 'replication-failed',
    subject: { kind: 'object-version', object: { ...OBJECT, key: 'in/é~"\u001B[31m' } },
    evidence: { destinationBucket: 'orders-euw1', failureReason: 'DstPutObjectNotPermitted' },
  },
};
const SETTING = { code: 'bucket-key-off', subject: { kind: 'bucket', bucket: 'orders-use1' } };
const REPORT = [{ kind: 'audit' }, GONE, HIDDEN, UNKNOWN, ALERT, SETTING, { kind: 'summary' }];

const THERE = { bucket: 'orders-euw1' };
const DELETED = accessLine({ ...THERE, operation: 'REST.DELETE.OBJECT', field: 'in/hidden', status: '204' });
const HID = DELETED.replace('x3Jt9QmV7f', '-'); // without a version
const DENIED = accessLine({
  ...THERE,
  operation: 'REST.PUT.OBJECT',
  field: encodeURIComponent(ALERT.data.subject.object.key),
  status: '403',
  error: 'AccessDenied',
});
const BATCH = trailRecord({ eventName: 'DeleteObjects', requestParameters: { bucketName: 'orders-euw1' } });

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'holdfast-'));
  await mkdir(join(cwd, 'logs'));
  await writeFile(join(cwd, 'report.ndjson'), REPORT.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await writeFile(join(cwd, 'no-report'), '{}\nhello\n');
  await writeFile(join(cwd, 'logs/access.log'), `${HID}\n${DENIED}\n`);
  await writeFile(join(cwd, 'logs/trail.json'), JSON.stringify({ Records: [trailRecord(), BATCH] }));
});
afterAll(async () => rm(cwd, { recursive: true }));

const ask = async (args: readonly string[], stdin = ''): Promise<Ended> =>
  holdfast(['logs', 'logs', ...args], { cwd, stdin });

describe('holdfast logs --findings', () => {
  it('says of each finding who did it, when and by which request', async () => {
    const { code, stdout } = await ask(['--findings', 'report.ndjson']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'source-version-gone  s3://orders-use1/a b?versionId=v1',
      '  removed in orders-use1, 2026-11-02T08:15:30.000Z, by arn:aws:sts::111122223333:assumed-role/clean-up/s, this version',
      '    DeleteObject, request R1, from 203.0.113.17, with aws-cli/2',
      'delete-marker-differs  s3://orders-use1/in/hidden?versionId=v1',
      '  hidden behind a delete marker in orders-euw1, 2026-11-02T08:15:30.000Z, by arn:aws:sts::111122223333:assumed-role/ingest/s, this key',
      '    REST.DELETE.OBJECT, request 8F1D0E5A7B3C9A42, from 203.0.113.17, with aws-sdk-js/3.1169.0',
      'replica-missing  s3://orders-use1/in/unknown?versionId=v1',
      '  not in these logs',
      String.raw`replication-failed  s3://orders-use1/in/é~"\u{1b}[31m?versionId=v1`,
      '  refused with AccessDenied in orders-euw1, 2026-11-02T08:15:30.000Z, by arn:aws:sts::111122223333:assumed-role/ingest/s, this key',
      '    REST.PUT.OBJECT, request 8F1D0E5A7B3C9A42, from 203.0.113.17, with aws-sdk-js/3.1169.0',
      '',
      '4 findings: 3 explained by 4 requests in 2 files, 1 not',
      '1 finding of kinds that no request is behind',
      'Removals of several objects at once that name no key: 1; server access logs name them',
      'Logs are best effort: what they do not show may have happened.',
      '',
    ]);
  });

  it('prints the same findings with evidence of the logs, for other programs', async () => {
    const ended = await ask(['--findings', '-', '--json'], REPORT.map((line) => JSON.stringify(line)).join('\n'));
    const [gone, hidden, unknown, alert, summary, ...rest] = linesOf(ended);
    expect(rest).toEqual([]);
    expect(gone).toEqual({
      ...GONE,
      evidence: {
        pair: 'orders',
        logged: 'removed',
        loggedAbout: 'this version',
        loggedAt: '2026-11-02T08:15:30.000Z',
        loggedBy: 'arn:aws:sts::111122223333:assumed-role/clean-up/s',
        loggedBucket: 'orders-use1',
        loggedOperation: 'DeleteObject',
        loggedSource: 'cloudtrail',
        loggedRequestId: 'R1',
        loggedFrom: '203.0.113.17',
        loggedWith: 'aws-cli/2',
      },
    });
    expect(hidden).toMatchObject({ code: 'delete-marker-differs', evidence: { logged: 'hidden' } });
    expect(unknown).toEqual({ ...UNKNOWN, evidence: { pair: 'orders', logged: 'no' } });
    expect(alert).toMatchObject({
      specversion: '1.0',
      data: {
        evidence: { failureReason: 'DstPutObjectNotPermitted', logged: 'refused', loggedError: 'AccessDenied' },
      },
    });
    const sum = { findings: 4, explained: 3, others: 1, records: 4, namelessRemovals: 1 };
    expect(summary).toEqual({ kind: 'summary', ...sum, files: 2, unreadableLines: 0, unreadableFiles: [] });
  });

  it('counts who did most of a mass of deletions', async () => {
    const mass = { code: 'mass-delete', subject: { kind: 'prefix', bucket: 'orders-euw1', prefix: 'in/' } };
    const { stdout } = await ask(['--findings', '-'], JSON.stringify(mass));
    expect(stdout).toContain('mass-delete  s3://orders-euw1/in/*\n  hidden behind a delete marker in orders-euw1, ');
    expect(stdout).toContain('/ingest/s, 1 × by the same\n');
    const [record] = linesOf(await ask(['--findings', '-', '--json'], JSON.stringify(mass)));
    expect(record).toMatchObject({ evidence: { loggedCount: 1 } });
  });

  it('asks only for the time and the buckets that are meant', async () => {
    const { stdout } = await ask(['--findings', 'report.ndjson', '--bucket', 'orders-euw1']);
    expect(stdout).toContain('source-version-gone  s3://orders-use1/a b?versionId=v1\n  not in these logs\n');
    expect(stdout).toContain('2 explained by 3 requests');
  });

  it('has nothing to explain where there are no findings', async () => {
    expect((await ask(['--findings', '-'])).stdout).toMatch(/^0 findings: 0 explained by 4 requests/);
  });

  it.each([
    ['there is no such report', ['nowhere'], 'nowhere cannot be read: ENOENT'],
    ['a line is no JSON', ['no-report'], 'expected JSON in line 2 of no-report'],
    ['a key is asked for as well', ['report.ndjson', '--key', 's3://a/b'], "cannot be used with option '--key"],
  ])('is refused where %s', async (_, args, message) => {
    expect(await ask(['--findings', ...args])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message) as string,
    });
  });
});
