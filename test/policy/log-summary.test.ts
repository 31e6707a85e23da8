import { describe, expect, it } from 'vitest';
import type { AccessRecord } from '../../src/model/access-record.ts';
import { createLogTally, type LogQuestion, type LogSummary } from '../../src/policy/log-summary.ts';

const NOON = Date.parse('2026-11-02T12:00:00Z');
const MRAP = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';

const record = (changes: Partial<AccessRecord> = {}): AccessRecord => ({
  source: 'access-log',
  at: new Date(NOON),
  kind: 'write',
  operation: 'REST.PUT.OBJECT',
  bucket: 'orders',
  key: 'in/a',
  otherKeys: [],
  requester: 'ingest',
  status: 200,
  ...changes,
});
const later = (minutes: number): Date => new Date(NOON + minutes * 60_000);

function summaryOf(records: readonly AccessRecord[], question: Partial<LogQuestion> = {}): LogSummary {
  const tally = createLogTally({ buckets: [], keys: [], ...question });
  for (const each of records) tally.add(each);
  return tally.summary();
}

describe('what logs know', () => {
  it('is nothing where there are none', () => {
    expect(summaryOf([])).toEqual({
      records: 0,
      throttles: [],
      refusedUploads: [],
      removals: [],
      bypasses: [],
      histories: [],
      routeChanges: [],
      ungrouped: 0,
    });
  });

  it('is which prefixes were throttled, by S3 and by KMS, most frequent first', () => {
    const slow = { status: 503, errorCode: 'SlowDown' } as const;
    const { throttles } = summaryOf([
      record({ errorCode: 'ThrottlingException', kms: {} }),
      record({ ...slow, key: 'in/b', at: later(2) }),
      record(slow),
      record({ ...slow, at: later(1) }),
    ]);
    expect(throttles).toEqual([
      {
        of: { service: 's3', bucket: 'orders', prefix: 'in/', error: 'SlowDown' },
        count: 3,
        firstAt: new Date(NOON),
        lastAt: later(2),
        examples: ['in/b', 'in/a'],
      },
      expect.objectContaining({
        of: { service: 'kms', bucket: 'orders', prefix: 'in/', error: 'ThrottlingException' },
        count: 1,
      }),
    ]);
  });

  it('is whose uploads were refused', () => {
    const { requester: _, ...anonymous } = record({ status: 400, errorCode: 'BadDigest' });
    expect(summaryOf([anonymous]).refusedUploads).toMatchObject([
      { of: { bucket: 'orders', requester: 'anonymous', error: 'BadDigest' } },
    ]);
  });

  it('is who removed, a lifecycle rule included, and not who was refused', () => {
    const { requester: _, key: __, ...batch } = record({ kind: 'remove', operation: 'BATCH.DELETE.OBJECT' });
    const { removals } = summaryOf([
      record({ kind: 'remove' }),
      record({ kind: 'remove', status: 403, errorCode: 'AccessDenied' }),
      record({ kind: 'remove', status: 500 }),
      record({ kind: 'expire', operation: 'S3.EXPIRE.OBJECT' }),
      batch,
    ]);
    expect(removals.map(({ of, count }) => [of['by'], of['prefix'], count])).toEqual([
      ['ingest', 'in/', 1],
      ['lifecycle (S3.EXPIRE.OBJECT)', 'in/', 1],
      ['anonymous', '', 1],
    ]);
  });

  it('is what was done to an object, in the order of time, however its key is encoded', () => {
    const { histories } = summaryOf(
      [
        record({ kind: 'remove', operation: 'REST.DELETE.OBJECT', at: later(9) }),
        record(),
        record({ key: 'in%2Fa', otherKeys: ['in/a'], at: later(3) }),
        record({ operation: 'REST.PUT.PART' }),
        record({ kind: 'read' }),
        record({ kind: 'expire', key: 'in/other' }),
      ],
      {
        keys: [
          { bucket: 'orders', key: 'in/a' },
          { bucket: 'orders', key: 'quiet' },
        ],
      },
    );
    expect(histories.map(({ key, count, changes }) => [key, count, changes.map(({ at }) => at)])).toEqual([
      ['in/a', 3, [new Date(NOON), later(3), later(9)]],
      ['quiet', 0, []],
    ]);
  });

  it('keeps the last changes of an object that changes all the time, and counts all', () => {
    const many = Array.from({ length: 150 }, (_, minute) => record({ at: later(minute) }));
    const [history] = summaryOf(many, { keys: [{ bucket: 'orders', key: 'in/a' }] }).histories;
    expect([history?.count, history?.changes.length, history?.changes[0]?.at]).toEqual([150, 100, later(50)]);
  });

  it('is who goes around the access point', () => {
    const { bypasses } = summaryOf(
      [
        record(),
        record({ accessPointArn: MRAP }),
        record({ accessPointArn: `${MRAP}2`, requester: 'other' }),
        record({ kind: 'list' }),
        record({ bucket: 'unrelated' }),
      ],
      { accessPoint: { arn: MRAP, buckets: ['orders'] } },
    );
    expect(bypasses.map(({ of }) => of['requester'])).toEqual(['ingest', 'other']);
  });

  it('is every change of routes, the last hundred', () => {
    const changes = Array.from({ length: 101 }, (_, minute) =>
      record({ kind: 'routes', bucket: MRAP, at: later(minute) }),
    );
    const { routeChanges } = summaryOf(changes.toReversed(), { buckets: ['orders'] });
    expect([routeChanges.length, routeChanges[0]?.at]).toEqual([100, new Date(NOON)]);
  });

  it('is only what lies in the asked time and buckets', () => {
    const asked = { since: later(1), until: later(3), buckets: ['orders'] };
    const records = [0, 1, 2, 3].map((minute) => record({ at: later(minute) }));
    expect(summaryOf([...records, record({ bucket: 'b', at: later(2) })], asked)).toMatchObject({
      records: 2,
      firstAt: later(1),
      lastAt: later(2),
    });
  });

  it('says how many it cannot tell apart any more', () => {
    const many = Array.from({ length: 10_001 }, (_, index) => record({ kind: 'remove', key: `${index}/a` }));
    const { removals, ungrouped } = summaryOf(many);
    expect([removals.length, ungrouped]).toEqual([10_000, 1]);
  });

  it('names five different keys of a group', () => {
    const many = Array.from({ length: 9 }, (_, index) => record({ kind: 'remove', key: `in/${index % 7}` }));
    expect(summaryOf(many).removals[0]?.examples).toEqual(['in/0', 'in/1', 'in/2', 'in/3', 'in/4']);
  });
});
