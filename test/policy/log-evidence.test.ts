import { describe, expect, it } from 'vitest';
import type { AccessRecord } from '../../src/model/access-record.ts';
import { FINDING_CODES } from '../../src/model/finding.ts';
import type { ReportedFinding } from '../../src/model/reported-finding.ts';
import { createLogEvidence, isInLogs, type LoggedCause } from '../../src/policy/log-evidence.ts';

const NOON = Date.parse('2026-11-02T12:00:00Z');
const later = (minutes: number): Date => new Date(NOON + minutes * 60_000);

const record = (changes: Partial<AccessRecord> = {}): AccessRecord => ({
  source: 'access-log',
  at: later(5),
  kind: 'remove',
  operation: 'REST.DELETE.OBJECT',
  bucket: 'orders-euw1',
  key: 'in/a',
  versionId: 'v1',
  otherKeys: [],
  requester: 'somebody',
  status: 204,
  ...changes,
});

/** A request that names no version. */
function current(changes: Partial<AccessRecord> = {}): AccessRecord {
  const { versionId: _, ...rest } = record(changes);
  return rest;
}

function anonymous(request: AccessRecord): AccessRecord {
  const { requester: _, ...rest } = request;
  return rest;
}

const finding = (code: string, changes: Partial<ReportedFinding> = {}): ReportedFinding => ({
  code,
  bucket: 'orders-use1',
  key: 'in/a',
  versionId: 'v1',
  isPrefix: false,
  replicaBucket: 'orders-euw1',
  since: later(0),
  line: {},
  ...changes,
});

function causeOf(asked: ReportedFinding, ...records: readonly AccessRecord[]): LoggedCause | undefined {
  const evidence = createLogEvidence([asked]);
  for (const each of records) evidence.add(each);
  return evidence.causes()[0];
}

const HERE = { bucket: 'orders-use1' } as const;
const PUT = { kind: 'write', operation: 'REST.PUT.OBJECT', status: 200 } as const;
const REFUSED = { kind: 'write', operation: 'REST.PUT.OBJECT', status: 403, errorCode: 'AccessDenied' } as const;
const EXPIRED = { kind: 'expire', operation: 'S3.EXPIRE.OBJECT' } as const;
const MARKED = { kind: 'expire', operation: 'S3.CREATE.DELETEMARKER' } as const;

describe('what logs know of a finding', () => {
  it.each<[string, string, AccessRecord, Pick<LoggedCause, 'deed' | 'certainty'>]>([
    ['who removed a replica', 'replica-missing', record(), { deed: 'removed', certainty: 'this version' }],
    [
      'a lifecycle rule that removed it',
      'replica-missing',
      current(EXPIRED),
      { deed: 'removed', certainty: 'this key' },
    ],
    ['who was refused to write it', 'replica-missing', current(REFUSED), { deed: 'refused', certainty: 'this key' }],
    ['why a replication failed', 'replication-failed', current(REFUSED), { deed: 'refused', certainty: 'this key' }],
    ['who removed the source', 'source-version-gone', record(HERE), { deed: 'removed', certainty: 'this version' }],
    ['who hid a replica', 'delete-marker-differs', current(), { deed: 'hidden', certainty: 'this key' }],
    ['a rule that hid it', 'delete-marker-differs', current(MARKED), { deed: 'hidden', certainty: 'this key' }],
    [
      'who removed a delete marker',
      'delete-marker-differs',
      record({ ...HERE, versionId: 'marker' }),
      { deed: 'removed-another', certainty: 'this key' },
    ],
    [
      'who removed the marker itself',
      'delete-marker-differs',
      record(HERE),
      { deed: 'removed', certainty: 'this version' },
    ],
    ['who wrote over a replica', 'versions-conflict', current(PUT), { deed: 'written', certainty: 'this key' }],
    [
      'who wrote at the source meanwhile',
      'versions-conflict',
      current({ ...PUT, ...HERE }),
      { deed: 'written', certainty: 'this key' },
    ],
    [
      'who wrote what is damaged',
      'content-differs-from-etag',
      record({ ...PUT, ...HERE }),
      { deed: 'written', certainty: 'this version' },
    ],
    [
      'who began to write it an hour before',
      'content-differs-from-etag',
      current({ ...PUT, ...HERE, at: later(-60) }),
      { deed: 'written', certainty: 'this key' },
    ],
  ])('is %s', (_, code, request, expected) => {
    expect(causeOf(finding(code), request)).toEqual({ ...expected, record: request });
  });

  it.each<[string, string, AccessRecord]>([
    ['another version was removed', 'replica-missing', record({ versionId: 'v2' })],
    ['it was only hidden', 'replica-missing', current()],
    ['a removal was refused', 'replica-missing', record({ status: 403, errorCode: 'AccessDenied' })],
    ['it was read', 'replica-missing', record({ kind: 'read' })],
    ['parts of it were uploaded', 'versions-conflict', current({ ...PUT, operation: 'REST.PUT.PART' })],
    ['it was done to another key', 'replica-missing', record({ key: 'in/b' })],
    ['it was done in another bucket', 'replica-missing', record({ bucket: 'elsewhere' })],
    ['it was done at the other side', 'replica-missing', record(HERE)],
    ['it was done before there was the version', 'replica-missing', record({ at: later(-1) })],
    ['it was written days before', 'content-differs-from-etag', current({ ...PUT, ...HERE, at: later(-2_000) })],
  ])('is nothing where %s', (_, code, request) => {
    expect(causeOf(finding(code), request)).toBeUndefined();
  });

  it('is nothing where no replica is named, or nobody can be behind a finding', () => {
    const { replicaBucket: _, ...alone } = finding('replica-missing');
    expect(causeOf(alone, record())).toBeUndefined();
    expect(causeOf(finding('bucket-key-off'), record())).toBeUndefined();
  });

  it('is the same for a finding that does not say when its version was made', () => {
    const { since: _, ...timeless } = finding('content-differs-from-etag');
    const [first, last] = [current({ ...PUT, ...HERE }), current({ ...PUT, ...HERE, at: later(9) })];
    expect(causeOf(timeless, last, first)?.record).toBe(last);
  });

  it.each(['null', undefined])('takes a plain removal for one where the version is %s', (versionId) => {
    const { versionId: _, ...rest } = finding('replica-missing');
    const asked = versionId === undefined ? rest : { ...rest, versionId };
    expect(causeOf(asked, current())?.deed).toBe('removed');
    expect(causeOf(asked, record({ versionId: 'v9' }))?.deed).toBe(versionId === undefined ? 'removed' : undefined);
  });

  it('knows a key however it is encoded', () => {
    const encoded = record({ key: 'in%2Fa', otherKeys: ['in/a'] });
    expect(causeOf(finding('replica-missing'), encoded)?.record).toBe(encoded);
  });

  it('is the last request where several did the same', () => {
    const [first, last] = [current({ ...PUT, at: later(1) }), current({ ...PUT, at: later(7) })];
    for (const order of [
      [first, last],
      [last, first],
    ])
      expect(causeOf(finding('versions-conflict'), ...order)?.record).toBe(last);
  });

  it.each<[string, AccessRecord, AccessRecord]>([
    ['names the version', record(PUT), current({ ...PUT, at: later(7) })],
    [
      'somebody made rather than S3 as it replicates',
      current(PUT),
      current({ ...PUT, requester: 'arn:aws:sts::111122223333:assumed-role/crr/s3-replication', at: later(7) }),
    ],
    [
      'somebody made rather than the service',
      current(PUT),
      current({ ...PUT, remoteIp: 's3.amazonaws.com', at: later(7) }),
    ],
    [
      'a stranger made rather than S3',
      anonymous(current(PUT)),
      current({ ...PUT, remoteIp: 's3.amazonaws.com', at: later(7) }),
    ],
  ])('is rather the request that %s', (_, better, worse) => {
    for (const order of [
      [better, worse],
      [worse, better],
    ])
      expect(causeOf(finding('versions-conflict'), ...order)?.record).toBe(better);
  });

  it('is of several writers the one at whose time the version was made', () => {
    const [early, fitting, late] = [-90, 1, 40].map((minutes) => current({ ...PUT, ...HERE, at: later(minutes) }));
    for (const order of [
      [early, fitting, late],
      [late, fitting, early],
    ])
      expect(causeOf(finding('size-differs'), ...order.flatMap((each) => each ?? []))?.record).toBe(fitting);
  });

  it('is of a mass of objects who did most of it, and how often', () => {
    const { versionId: _, ...asked } = finding('mass-delete', { ...HERE, key: 'in/', isPrefix: true });
    const by = (requester: string, key: string): AccessRecord => current({ ...HERE, requester, key });
    const cause = causeOf(asked, by('a', 'in/1'), by('b', 'in/2'), by('b', 'in/3'), by('b', 'out/4'));
    expect(cause).toMatchObject({ deed: 'hidden', count: 2, record: { requester: 'b' } });
  });

  it('tells so many requesters apart, and no more', () => {
    const asked = finding('mass-overwrite', { ...HERE, key: '', isPrefix: true });
    const many = Array.from({ length: 1_002 }, (_, index) => current({ ...PUT, ...HERE, requester: `r${index}` }));
    const again = current({ ...PUT, ...HERE, requester: 'r1001' });
    expect(causeOf(asked, ...many, again, again)?.count).toBe(1);
  });

  it('counts removals of several objects that name none', () => {
    const evidence = createLogEvidence([finding('replica-missing')]);
    const { key: _, ...batch } = current({ source: 'cloudtrail', operation: 'DeleteObjects' });
    for (const each of [batch, { ...batch, bucket: 'elsewhere' }, { ...batch, errorCode: 'x' }]) evidence.add(each);
    evidence.add({ ...batch, kind: 'list' });
    expect(evidence.namelessRemovals()).toBe(1);
  });

  it('answers every finding about one object', () => {
    const evidence = createLogEvidence([finding('replica-missing'), finding('replication-failed')]);
    evidence.add(record());
    expect(evidence.causes().map((cause) => cause?.deed)).toEqual(['removed', undefined]);
  });

  it('is asked for codes that there are', () => {
    const codes: readonly string[] = Object.values(FINDING_CODES).flat();
    expect(codes.filter((code) => isInLogs({ code }))).toHaveLength(18);
    expect(isInLogs({ code: 'toString' })).toBe(false);
  });
});
